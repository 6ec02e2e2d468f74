//! A chart of hits and of a mix with misses: one bar for each contender, on a logarithmic scale.

use std::path::Path;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, PathElement, RGBColor, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{BLACK, Color, IntoFont, ShapeStyle, TextStyle, WHITE};

use super::results::Results;

/// The panels, side by side.
const PANELS: [(&str, &str, usize); 3] = [
    ("hit, one thread", "hit_u64", 1),
    ("hit, two threads, same keys", "hit_u64", 2),
    ("Zipf with misses, one thread", "zipf", 1),
];

const OURS: RGBColor = RGBColor(0xd9, 0x5f, 0x02);
const THEIRS: RGBColor = RGBColor(0x9a, 0xb0, 0xc4);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

// Pixels.
const PANEL: i32 = 430;
const LEFT: i32 = 130;
const RIGHT: i32 = 370;
const TOP: i32 = 40;
const BAR: i32 = 22;
/// Below the bars: the scale and its unit.
const FOOT: i32 = 45;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the panels whose cases were measured.
pub fn draw(results: &Results, path: &Path) -> Result<(), String> {
    let panels: Vec<_> = PANELS
        .iter()
        .map(|(title, case, threads)| (*title, bars(results, case, *threads)))
        .filter(|(_, bars)| !bars.is_empty())
        .collect();
    if panels.is_empty() {
        return Ok(());
    }
    let most = panels.iter().map(|(_, bars)| bars.len()).max().unwrap_or(0);
    let height = TOP + BAR * most as i32 + FOOT;
    let size = (
        PANEL.unsigned_abs() * panels.len() as u32,
        height.unsigned_abs(),
    );
    let root = SVGBackend::new(path, size).into_drawing_area();
    let areas = root.split_evenly((1, panels.len()));
    let drawn = root.fill(&WHITE).and_then(|()| {
        for (area, (title, bars)) in areas.iter().zip(&panels) {
            panel(area, title, bars)?;
        }
        root.present()
    });
    drawn.map_err(|error| format!("{}: {error}", path.display()))
}

/// Contenders with their medians, fastest first.
fn bars(results: &Results, case: &str, threads: usize) -> Vec<(&'static str, f64)> {
    let rows = results.0.iter();
    let rows = rows.filter(|row| row.case == case && row.threads == threads);
    let mut bars: Vec<_> = rows
        .filter_map(|row| Some((row.peer, row.samples.median()?)))
        .collect();
    bars.sort_by(|left, right| left.1.total_cmp(&right.1));
    bars
}

type Drawn<'a> = Result<
    (),
    plotters::drawing::DrawingAreaErrorKind<
        <SVGBackend<'a> as plotters::prelude::DrawingBackend>::ErrorType,
    >,
>;

fn panel<'a>(area: &Area<'a>, title: &str, bars: &[(&'static str, f64)]) -> Drawn<'a> {
    let most = bars.last().map_or(1.0, |bar| bar.1);
    let decades = most.log10().ceil().max(1.0) as i32;
    let bottom = TOP + BAR * bars.len() as i32;
    let middle = i32::midpoint(LEFT, RIGHT);
    area.draw(&Text::new(title, (middle, 12), text(15, HPos::Center)))?;
    for decade in 0..=decades {
        let x = LEFT + (RIGHT - LEFT) * decade / decades;
        area.draw(&PathElement::new([(x, TOP), (x, bottom)], GRID))?;
        let label = 10_i32.pow(decade.unsigned_abs()).to_string();
        area.draw(&Text::new(label, (x, bottom + 6), text(11, HPos::Center)))?;
    }
    let unit = "ns per call, logarithmic";
    area.draw(&Text::new(
        unit,
        (middle, bottom + 24),
        text(11, HPos::Center),
    ))?;
    for (place, (peer, time)) in bars.iter().enumerate() {
        let top = TOP + BAR * place as i32 + 3;
        let length = (time.max(1.0).log10() / f64::from(decades)) * f64::from(RIGHT - LEFT);
        let end = LEFT + length as i32;
        let colour = if peer.starts_with("memokit") {
            OURS
        } else {
            THEIRS
        };
        let filled: ShapeStyle = colour.filled();
        area.draw(&Rectangle::new([(LEFT, top), (end, top + BAR - 6)], filled))?;
        area.draw(&Text::new(
            *peer,
            (LEFT - 6, top + 2),
            text(12, HPos::Right),
        ))?;
        let label = if *time < 100.0 {
            format!("{time:.1}")
        } else {
            format!("{time:.0}")
        };
        area.draw(&Text::new(label, (end + 4, top + 2), text(11, HPos::Left)))?;
    }
    Ok(())
}

fn text(size: u32, side: HPos) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", size).into_font())
        .color(&BLACK)
        .pos(Pos::new(side, VPos::Top))
}
