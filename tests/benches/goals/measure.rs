//! What is measured, and how a goal is judged.

use std::env;
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

/// CPU time that `work` takes in this process. Unlike the clock's time it does not count what other
/// programs do meanwhile.
pub fn own_cpu(work: impl FnOnce()) -> Duration {
    const UTIME_AND_STIME: [usize; 2] = [14, 15];
    cpu(UTIME_AND_STIME, work)
}

/// CPU time of the processes that `work` starts and waits for, and of those that they start.
pub fn children_cpu(work: impl FnOnce()) -> Duration {
    const CUTIME_AND_CSTIME: [usize; 2] = [16, 17];
    cpu(CUTIME_AND_CSTIME, work)
}

fn cpu(fields: [usize; 2], work: impl FnOnce()) -> Duration {
    let before = ticks(fields);
    work();
    let tick = Duration::from_millis(10);
    tick * (ticks(fields) - before)
}

/// The sum of two fields of proc_pid_stat(5), which counts them from 1. The second, the name of the
/// program, may have spaces and ends at the last parenthesis.
fn ticks(fields: [usize; 2]) -> u32 {
    let stat = fs::read_to_string("/proc/self/stat").expect("CPU time is read from Linux's /proc");
    let (_, from_third) = stat.rsplit_once(')').unwrap();
    let from_third: Vec<&str> = from_third.split_whitespace().collect();
    fields
        .iter()
        .map(|field| from_third[field - 3].parse::<u32>().unwrap())
        .sum()
}

/// Instructions that this program takes when it is called like this, which do not depend on what else
/// the machine does. `None` where valgrind is not installed.
pub fn instructions(arguments: &[&str]) -> Option<u64> {
    const COUNT: [&str; 3] = [
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
    ];
    let output = Command::new("valgrind")
        .args(COUNT)
        .arg(env::current_exe().ok()?)
        .args(arguments)
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let (_, count) = report
        .lines()
        .find_map(|line| line.split_once("I   refs:"))?;
    count.trim().replace(',', "").parse().ok()
}

/// What each row of a part allocates, counted by a program of its own.
pub fn allocations(part: &str) -> Vec<f64> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations"))
        .arg(part)
        .output()
        .expect("the program that counts");
    assert!(output.status.success(), "it counts");
    let counts = String::from_utf8(output.stdout).expect("numbers");
    let counts = counts.lines().map(|count| count.parse().expect("a number"));
    counts.collect()
}

/// The most memory that this process has had so far, in kilobytes, as the system counts it.
pub fn peak_memory() -> Option<u64> {
    peak_kilobytes("self")
}

/// The most memory, in kilobytes, that any of the processes has which `watched` names while the command
/// runs.
///
/// It is read again and again until the end, and so may miss what is taken in the last milliseconds.
pub fn peak_memory_of(command: &mut Command, watched: impl Fn(&Child) -> Vec<u32>) -> u64 {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut child = command.spawn().expect("the command runs");
    let mut peak = 0;
    loop {
        for process in watched(&child) {
            peak = peak.max(peak_kilobytes(&process.to_string()).unwrap_or(0));
        }
        if let Some(status) = child.try_wait().expect("a child") {
            assert!(status.success(), "the command succeeds");
            return peak;
        }
        thread::sleep(PAUSE);
    }
}

fn peak_kilobytes(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().split(' ').next()?.parse().ok()
}

/// The processes that a process has started itself.
pub fn children_of(process: &Child) -> Vec<u32> {
    let parent = process.id().to_string();
    let entries = fs::read_dir("/proc").expect("processes are read from Linux's /proc");
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is_child = |number: &u32| {
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        let behind_name = stat.rsplit_once(')').map(|(_, behind)| behind);
        behind_name.is_some_and(|fields| fields.split_whitespace().nth(1) == Some(&*parent))
    };
    numbers.filter(is_child).collect()
}

pub fn megabytes(kilobytes: u64) -> String {
    format!("{} MB", kilobytes / 1024)
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A table that is printed and, where `--record` is asked for, written to `figures/`.
pub struct Table {
    part: &'static str,
    text: String,
}

impl Table {
    pub fn new(part: &'static str, title: &str, columns: &[&str]) -> Self {
        let mut table = Self {
            part,
            text: format!("{title}\n\n"),
        };
        let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        table.row("", &columns);
        table
    }

    pub fn row(&mut self, name: &str, cells: &[String]) {
        self.text += &format!("{name:36}");
        for cell in cells {
            self.text += &format!("{cell:>18}");
        }
        self.text += "\n";
    }

    pub fn finish(self) {
        let Self { part, text } = self;
        println!("{text}");
        if env::args().any(|argument| argument == "--record") {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("figures");
            let text = format!("{}\n{text}", machine());
            fs::create_dir_all(&folder)
                .and_then(|()| fs::write(folder.join(part).with_extension("txt"), text))
                .expect("the figures can be written");
        }
    }
}

/// What the figures were taken with.
fn machine() -> String {
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map_or_else(|_| Vec::new(), |output| output.stdout);
    let rustc = String::from_utf8_lossy(&rustc).into_owned();
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let count = thread::available_parallelism().map_or(1, NonZero::get);
    format!("{count} × {model}, {}, {rustc}", env::consts::OS)
}

/// Prints a figure beside the most that it may be.
pub fn goal(what: &str, figure: f64, most: f64) {
    let verdict = if figure <= most { "PASS" } else { "FAIL" };
    println!("{verdict}  {what}: {figure:.2}, goal {most} or less");
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
