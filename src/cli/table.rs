//! Tables for people.

use std::fmt::Write;

use super::output::shown;

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows under a head; every column is as wide as its widest cell.
pub(super) struct Table {
    columns: Vec<(String, Side)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: impl IntoIterator<Item = (String, Side)>) -> Self {
        Self {
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; cells that it lacks are empty.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows
            .push(cells.into_iter().map(|cell| shown(&cell)).collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn write(&self, text: &mut String) {
        let head: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let lines = || std::iter::once(&head).chain(&self.rows);
        let cell = |row: &'_ Vec<String>, place: usize| row.get(place).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|place| {
                let widths = lines().map(|row| cell(row, place).chars().count());
                widths.max().unwrap_or(0)
            })
            .collect();
        for row in lines() {
            let mut line = String::new();
            for (place, (width, (_, side))) in widths.iter().zip(&self.columns).enumerate() {
                let gap = if place == 0 { "" } else { "  " };
                let cell = cell(row, place);
                // Writing to a text cannot fail.
                let _ = match side {
                    Side::Left => write!(line, "{gap}{cell:<width$}"),
                    Side::Right => write!(line, "{gap}{cell:>width$}"),
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let columns = [("name", Side::Left), ("bytes", Side::Right)];
        let mut table = Table::new(columns.map(|(name, side)| (name.to_owned(), side)));
        table.row(["photos\n".to_owned(), "7".to_owned()]);
        table.row(["é".to_owned(), "1234567".to_owned()]);
        table.row(["total".to_owned()]);
        let mut text = String::new();
        table.write(&mut text);
        assert_eq!(
            text,
            "name        bytes\nphotos\\n        7\né         1234567\ntotal\n"
        );
    }
}
