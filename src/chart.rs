//! Bar charts of bytes by time, as SVG to be put into a page as it is: it refers to nothing outside of itself, and holds
//! no ids, scripts or words besides the unit.

use plotters::coord::Shift;
use plotters::coord::combinators::BindKeyPoints;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::config::Gigabyte;

/// Width and height in units of the picture; at 360 pixels a unit is a pixel, and the letters can be read.
const SIZE: (u32, u32) = (360, 180);

/// Room above the bars, for the unit.
const TOP: u32 = 20;

/// Room beside them, for the ends of the axis; figures need more.
const LEFT: usize = 16;

/// Room beside them, for half of the last date.
const RIGHT: u32 = 24;

/// Room below them, for dates.
const BOTTOM: u32 = 22;

/// Height of a line of letters: eleven pixels for the letters themselves.
const LETTERS: u32 = 14;

/// Width of a digit of that height.
const LETTER: usize = 7;

/// Bars, 5.6 : 1 on white.
const BAR: RGBColor = RGBColor(0x1f, 0x6b, 0xae);

/// Letters, 7 : 1 on white.
const TEXT: RGBColor = RGBColor(0x59, 0x59, 0x59);

/// Lines, 3.5 : 1 on white.
const LINE: RGBColor = RGBColor(0x8a, 0x8a, 0x8a);

/// The least height of a bar, in thousandths of the whole: what is known and nothing shows as a line, and what is not
/// known as a gap.
const LEAST: i32 = 12;

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// A date.
    pub label: String,
    /// `None` is not known.
    pub bytes: Option<u128>,
}

/// A picture of `bars`, from left to right, in the unit that fits the largest; gigabytes where all is nothing.
#[must_use]
pub fn bars(bars: &[Bar], gigabyte: Gigabyte) -> String {
    let mut svg = String::new();
    let drawn = draw(bars, gigabyte, &mut svg);
    // Nothing is written but to memory.
    if let Err(error) = drawn {
        tracing::error!(error, "a chart could not be drawn");
        return String::new();
    }
    // The root as it must be to fit a page; the table beside it is what is read out.
    let (width, height) = SIZE;
    let picture = svg.split_once('>').map_or("", |(_, picture)| picture);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"100%\" aria-hidden=\"true\">{picture}"
    )
}

fn draw(bars: &[Bar], gigabyte: Gigabyte, svg: &mut String) -> Result<(), String> {
    let largest = bars.iter().filter_map(|bar| bar.bytes).max();
    let scale = Scale::of(largest.unwrap_or(0), gigabyte);
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    on(&area, bars, &scale).map_err(|error| error.to_string())?;
    area.present().map_err(|error| error.to_string())
}

fn on<'a>(
    area: &DrawingArea<SVGBackend<'a>, Shift>,
    bars: &[Bar],
    scale: &Scale,
) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>> {
    let letters = ("sans-serif", LETTERS).into_font().color(&TEXT);
    // Places are whole numbers: hundredths of a bar, and thousandths of a step.
    let place = |bar: usize| i32::try_from(bar * 100).unwrap_or(i32::MAX);
    let left = scale.width();
    let dates = dated(bars, left).into_iter().map(|bar| place(bar) + 50);
    let ticks = (0..=scale.steps).map(|tick| tick * 1000);
    let mut chart = ChartBuilder::on(area)
        .margin_top(TOP)
        .margin_right(RIGHT)
        .x_label_area_size(BOTTOM)
        .y_label_area_size(left)
        .build_cartesian_2d(
            (0..place(bars.len().max(1))).with_key_points(dates.collect()),
            (0..scale.steps * 1000).with_key_points(ticks.collect()),
        )?;
    let date = |place: &i32| {
        let bar = usize::try_from(*place / 100).ok();
        let bar = bar.and_then(|bar| bars.get(bar));
        bar.map_or_else(String::new, |bar| bar.label.clone())
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .axis_style(LINE)
        .bold_line_style(LINE)
        .light_line_style(TRANSPARENT)
        .label_style(letters.clone())
        .x_label_formatter(&date)
        .y_label_formatter(&|tick| scale.figure(*tick / 1000))
        .draw()?;
    let known = bars
        .iter()
        .enumerate()
        .filter_map(|(number, bar)| Some((number, bar.bytes?)));
    chart.draw_series(known.map(|(number, bytes)| {
        let height = scale.height(bytes).max(scale.steps * LEAST);
        let (left, right) = (place(number) + 12, place(number) + 88);
        Rectangle::new([(left, 0), (right, height)], BAR.filled())
    }))?;
    let above = letters.pos(Pos::new(HPos::Right, VPos::Top));
    let corner = (i32::try_from(left).unwrap_or(0), 2);
    area.draw_text(scale.unit, &above, corner)
}

/// The bars whose dates are shown: the last one, and as many before it as there is room for.
fn dated(bars: &[Bar], left: u32) -> Vec<usize> {
    let room = usize::try_from(SIZE.0.saturating_sub(left + RIGHT)).unwrap_or(0);
    let longest = bars.iter().map(|bar| bar.label.len()).max().unwrap_or(0);
    // Two letters of room between dates.
    let fit = (room / ((longest + 2) * LETTER)).max(1);
    let every = bars.len().div_ceil(fit).max(1);
    let mut shown: Vec<usize> = (0..bars.len()).rev().step_by(every).collect();
    shown.reverse();
    shown
}

/// The axis of bytes: a unit, and ticks a step apart.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    unit: &'static str,
    bytes: f64,
    step: f64,
    steps: i32,
}

#[expect(clippy::cast_precision_loss, reason = "a picture has no 53 bits")]
impl Scale {
    /// Up to `largest` bytes, with at most five steps.
    fn of(largest: u128, gigabyte: Gigabyte) -> Self {
        let units = match gigabyte {
            Gigabyte::Binary => [
                ("B", 1_u128),
                ("KiB", 1 << 10),
                ("MiB", 1 << 20),
                ("GiB", 1 << 30),
                ("TiB", 1 << 40),
                ("PiB", 1 << 50),
            ],
            Gigabyte::Decimal => [
                ("B", 1),
                ("kB", 1000),
                ("MB", 1_000_000),
                ("GB", 1_000_000_000),
                ("TB", 1_000_000_000_000),
                ("PB", 1_000_000_000_000_000),
            ],
        };
        let fits = |(_, bytes): &&(&str, u128)| largest >= *bytes;
        // Nothing at all is none of what is billed.
        let (unit, bytes) = match units.iter().rev().find(fits) {
            Some(unit) => *unit,
            None => units[3],
        };
        let figure = largest as f64 / bytes as f64;
        let rough = (figure / 4.0).max(if bytes == 1 { 1.0 } else { 0.25 });
        let power = 10_f64.powf(rough.log10().floor());
        let round = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        let step = round.into_iter().find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(10.0 * power);
        #[expect(clippy::cast_possible_truncation, reason = "at most five")]
        let steps = ((figure / step).ceil() as i32).max(1);
        Self {
            unit,
            bytes: bytes as f64,
            step,
            steps,
        }
    }

    /// The height of so many bytes in thousandths of a step.
    fn height(&self, bytes: u128) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "at most five steps")]
        let height = (bytes as f64 / self.bytes / self.step * 1000.0).round() as i32;
        height
    }

    /// Room for the figures.
    fn width(&self) -> u32 {
        let longest = (0..=self.steps).map(|tick| self.figure(tick).len()).max();
        u32::try_from(LEFT + LETTER * longest.unwrap_or(0)).unwrap_or(0)
    }

    /// What is written beside a tick.
    fn figure(&self, tick: i32) -> String {
        let decimals = usize::from(self.step < 1.0 && tick > 0);
        format!("{:.decimals$}", self.step * f64::from(tick))
    }
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    fn bars_of(bytes: &[Option<u128>]) -> Vec<Bar> {
        let bar = |(number, bytes): (usize, &Option<u128>)| Bar {
            label: format!("11-{:02}", number + 1),
            bytes: *bytes,
        };
        bytes.iter().enumerate().map(bar).collect()
    }

    /// Heights of the bars, and all texts.
    fn read(svg: &str) -> (Vec<f64>, Vec<String>) {
        let mut reader = Reader::from_str(svg);
        let (mut heights, mut texts, mut roots) = (Vec::new(), Vec::new(), 0);
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = tag.name();
                    roots += usize::from(name.as_ref() == "svg");
                    assert!(
                        ["svg", "rect", "text", "polyline", "line"].contains(&name.as_ref()),
                        "{tag:?}"
                    );
                    let (mut height, mut is_bar) = (0.0, false);
                    for attribute in tag.attributes() {
                        let attribute = attribute.expect("an attribute");
                        let value = attribute.value;
                        let key = attribute.key.as_ref();
                        assert!(key != "id" && key != "style" && !key.starts_with("on"));
                        assert!(!value.contains("NaN") && !value.contains("inf"), "{tag:?}");
                        assert!(!value.contains("url"), "{tag:?}");
                        match key {
                            "height" => height = value.parse().expect("a number"),
                            "fill" => is_bar = value == "#1F6BAE",
                            _ => {}
                        }
                    }
                    if name.as_ref() == "rect" && is_bar {
                        heights.push(height);
                    }
                }
                Event::Text(text) => {
                    let text = text.trim().to_owned();
                    texts.extend((!text.is_empty()).then_some(text));
                }
                Event::End(_) => {}
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(roots, 1);
        (heights, texts)
    }

    #[test]
    fn a_bar_is_as_high_as_its_bytes_and_what_is_not_known_is_a_gap() {
        let gib = 1_u128 << 30;
        let svg = bars(
            &bars_of(&[Some(4 * gib), None, Some(2 * gib), Some(0), None]),
            Gigabyte::Binary,
        );
        let (heights, texts) = read(&svg);
        assert_eq!(heights.len(), 3, "{svg}");
        assert!((heights[0] / heights[1] - 2.0).abs() < 0.05, "{heights:?}");
        assert!(heights[2] > 0.0 && heights[2] < 3.0, "a line: {heights:?}");
        assert_eq!(
            texts,
            [
                "0", "1", "2", "3", "4", "11-01", "11-02", "11-03", "11-04", "11-05", "GiB"
            ]
        );
    }

    #[test]
    fn a_month_of_days_shows_few_dates_and_the_last_one() {
        let (_, texts) = read(&bars(&bars_of(&[Some(1 << 30); 30]), Gigabyte::Binary));
        let dates: Vec<&String> = texts.iter().filter(|text| text.contains('-')).collect();
        assert!((3..=6).contains(&dates.len()), "{dates:?}");
        assert_eq!(dates.last().map(|date| date.as_str()), Some("11-30"));
    }

    #[test]
    fn nothing_all_zero_one_huge_and_exbibytes_make_a_picture() {
        for (bytes, wanted) in [
            (vec![], 0),
            (vec![None; 30], 0),
            (vec![Some(0); 30], 30),
            (vec![Some(1), Some(1 << 60), None], 2),
            (vec![Some(1 << 60); 12], 12),
            (vec![Some(u128::from(u64::MAX)); 12], 12),
            (vec![Some(1)], 1),
        ] {
            let svg = bars(&bars_of(&bytes), Gigabyte::Decimal);
            let (heights, texts) = read(&svg);
            assert_eq!(heights.len(), wanted, "{bytes:?}");
            assert!(texts.iter().any(|text| text == "0"), "{texts:?}");
            let longest = texts.iter().map(String::len).max();
            assert!(longest <= Some(11), "{texts:?}");
        }
    }

    #[test]
    fn units_and_steps_are_those_that_people_read() {
        for (bytes, gigabyte, unit, top) in [
            (0, Gigabyte::Binary, "GiB", 0.5),
            (1, Gigabyte::Binary, "B", 1.0),
            (3, Gigabyte::Binary, "B", 3.0),
            (1023, Gigabyte::Binary, "B", 1500.0),
            (1024, Gigabyte::Binary, "KiB", 1.0),
            (1000, Gigabyte::Decimal, "kB", 1.0),
            (5 << 20, Gigabyte::Binary, "MiB", 6.0),
            (999_999_999, Gigabyte::Decimal, "MB", 1000.0),
            (1 << 30, Gigabyte::Binary, "GiB", 1.0),
            (1023 << 30, Gigabyte::Binary, "GiB", 1500.0),
            (20_000 << 40, Gigabyte::Binary, "PiB", 20.0),
            (7 << 40, Gigabyte::Binary, "TiB", 8.0),
        ] {
            let scale = Scale::of(bytes, gigabyte);
            let highest = scale.step * f64::from(scale.steps);
            assert_eq!((scale.unit, highest), (unit, top), "{bytes}");
            assert!(scale.steps <= 5, "{scale:?}");
        }
    }
}
