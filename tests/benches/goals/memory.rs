//! What a client and a token source take, of which a program may have one for each tenant and each account.

use oauth_atlas_benches::memory::ROWS;

use crate::measure::{Table, allocations, goal};

pub fn run() {
    let mut table = Table::new("memory", "values in memory", &["bytes"]);
    let counted = allocations("memory");
    for (row, bytes) in ROWS.iter().zip(&counted) {
        table.row(row.name, &[format!("{bytes:.0}")]);
    }
    table.finish();
    for (row, bytes) in ROWS.iter().zip(&counted) {
        if let Some(most) = row.goal {
            goal(&format!("{}, bytes", row.name), *bytes, most);
        }
    }
}
