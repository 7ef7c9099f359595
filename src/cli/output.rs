//! What commands write.

use std::io::Write;

use anyhow::Context;
use serde::Serialize;

pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.context("the result could not be written to standard output")
}

pub(super) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Text from a gateway as a person may see it: it cannot move the cursor or forge a line.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_of_gateways_stays_in_its_line() {
        assert_eq!(super::shown("a\nb\u{1b}[2J é"), "a\\nb\\u{1b}[2J é");
    }
}
