//! What is measured, and how a goal is judged.

use std::env;
use std::fs;
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Poll, Waker};
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
    let stat = proc("stat");
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

/// The most memory that this process has had so far, as the system counts it.
pub fn peak_memory() -> String {
    let status = proc("status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.unwrap_or("unknown").trim().to_owned()
}

fn proc(file: &str) -> String {
    fs::read_to_string(format!("/proc/self/{file}"))
        .expect("CPU time and memory are read from Linux's /proc")
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
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

/// The output of a future that waits for nothing.
pub fn now<Output>(future: impl Future<Output = Output>) -> Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("what is measured waits for nothing"),
    }
}
