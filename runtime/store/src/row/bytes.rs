//! A row as bytes, for stores that keep one value a key.
//!
//! A line of text, then the record as [`Record::encode`] writes it, if there is one:
//!
//! ```text
//! oauth-atlas-row 1 1790000000000007 1790000000000005 - - clear 1790000000000007 5f3a90c1
//! oauth-atlas 2 tokens - e42f2967
//! …
//! ```
//!
//! The words are: the name, the format, the highest number, the last lease's number, when that lease began and ends
//! (or `-`), the mark, the record's version (or `-`), and the CRC-32 of the line up to there. Anything else
//! is taken for a record that something else has put there, whose version is 0.

use zeroize::Zeroizing;

use super::{Hold, Row};
use crate::record::{Malformed, Record};
use crate::store::{Mark, Version};

const NAME: &str = "oauth-atlas-row";
const FORMAT: u32 = 1;
const LONGEST_LINE: usize = 256;
const MARKS: [(Mark, &str); 3] = [
    (Mark::Clear, "clear"),
    (Mark::InDoubt, "in-doubt"),
    (Mark::Rejected, "rejected"),
];

impl Row {
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let or_dash =
            |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
        let mark = MARKS.iter().find(|(mark, _)| *mark == self.mark);
        let head = format!(
            "{NAME} {FORMAT} {} {} {} {} {} {}",
            self.number,
            self.leased,
            or_dash(self.hold.map(|hold| hold.from)),
            or_dash(self.hold.map(|hold| hold.until)),
            mark.map_or("", |(_, word)| word),
            or_dash(self.saved.as_ref().map(|(version, _)| version.0)),
        );
        let record = self.saved.as_ref().map(|(_, record)| record.encode());
        let line = format!("{head} {:08x}\n", crc32fast::hash(head.as_bytes()));
        let length = line.len() + record.as_ref().map_or(0, |record| record.len());
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(record.as_deref().map_or(&[], Vec::as_slice));
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        if !bytes.starts_with(format!("{NAME} ").as_bytes()) {
            return Ok(Self {
                saved: Some((Version(0), Record::decode(bytes)?)),
                ..Self::default()
            });
        }
        let end = bytes
            .iter()
            .take(LONGEST_LINE)
            .position(|byte| *byte == b'\n');
        let (line, record) = bytes.split_at(end.ok_or(Malformed::NotARecord)?);
        let line = str::from_utf8(line).map_err(|_| Malformed::NotARecord)?;
        let words: Vec<_> = line.split(' ').collect();
        match words.get(1).and_then(|word| word.parse().ok()) {
            Some(FORMAT) => {}
            Some(later) if later > FORMAT => return Err(Malformed::Format(later)),
            _ => return Err(Malformed::NotARecord),
        }
        let (head, expected) = line.rsplit_once(' ').ok_or(Malformed::NotARecord)?;
        if format!("{:08x}", crc32fast::hash(head.as_bytes())) != expected {
            return Err(Malformed::Checksum);
        }
        let [_, _, number, leased, from, until, mark, version, _] = words[..] else {
            return Err(Malformed::NotARecord);
        };
        let hold = match (optional(from)?, optional(until)?) {
            (Some(from), Some(until)) if from <= until => Some(Hold { from, until }),
            (None, None) => None,
            _ => return Err(Malformed::NotARecord),
        };
        let mark = MARKS.iter().find(|(_, word)| *word == mark);
        let saved = match optional(version)? {
            Some(version) => Some((Version(version), Record::decode(&record[1..])?)),
            None => None,
        };
        Ok(Self {
            number: Version(number_of(number)?),
            leased: Version(number_of(leased)?),
            hold,
            mark: mark.ok_or(Malformed::NotARecord)?.0,
            saved,
        })
    }
}

fn optional(word: &str) -> Result<Option<u64>, Malformed> {
    match word {
        "-" => Ok(None),
        word => number_of(word).map(Some),
    }
}

fn number_of(word: &str) -> Result<u64, Malformed> {
    word.parse().map_err(|_| Malformed::NotARecord)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_row_comes_back() {
        let mut row = Row::default();
        let mut rows = vec![row.clone()];
        row.acquire(1_700_000_000_000_000, Duration::from_secs(60));
        rows.push(row.clone());
        row.saved = Some((Version(7), Record::tokens("canary")));
        for mark in [Mark::InDoubt, Mark::Rejected] {
            row.mark = mark;
            rows.push(row.clone());
        }
        for row in rows {
            let bytes = row.to_bytes();
            assert_eq!(Row::from_bytes(&bytes).as_ref(), Ok(&row));
            for index in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[index] ^= 4;
                let read = Row::from_bytes(&changed);
                assert!(read.is_err(), "byte {index}: {read:?}");
            }
        }
    }

    #[test]
    fn what_was_there_before_is_version_0() {
        let row = Row::from_bytes(b"{\"access_token\":\"a\"}").unwrap();
        assert_eq!(row.stored().unwrap().version, Version(0));
    }
}
