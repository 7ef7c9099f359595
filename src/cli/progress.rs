//! How far a long run has come, on standard error.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How many are done, of an unknown number.
const COUNT: &str = "{spinner} {msg}: {human_pos}";

/// How many are done, of how many.
const SHARE: &str = "{msg} [{bar:20}] {human_pos} of {human_len}, {eta} left";

/// A line that is redrawn; where standard error is no terminal, nothing.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// For a run whose size is not known yet.
    pub(super) fn new(message: String) -> Self {
        let bar = ProgressBar::new_spinner().with_message(message);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// So many are done.
    pub(super) fn done(&self, done: u64) {
        self.0.set_style(style(COUNT));
        self.0.set_position(done);
    }

    /// So many of so many are done.
    pub(super) fn done_of(&self, done: u64, total: u64) {
        self.0.set_style(style(SHARE));
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_sound() {
        for template in [COUNT, SHARE] {
            ProgressStyle::with_template(template).expect(template);
        }
    }
}
