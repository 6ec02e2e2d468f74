//! A chart: for each load what each rule pays, as a bar.

use std::path::Path;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::{
    DrawingArea, DrawingBackend, IntoDrawingArea, PathElement, RGBColor, Rectangle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{BLACK, Color, IntoFont, TextStyle, WHITE};

use super::results::Results;
use super::rules::{OURS, RULES};

const OUR_COLOUR: RGBColor = RGBColor(0xd9, 0x5f, 0x02);
const THEIRS: RGBColor = RGBColor(0x9a, 0xb0, 0xc4);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

// Pixels.
const COLUMNS: usize = 3;
const WIDTH: i32 = 340;
/// Where bars begin, and where one of 100 % ends.
const LEFT: i32 = 110;
const RIGHT: i32 = 310;
const TOP: i32 = 30;
const BAR: i32 = 22;
/// Below the bars: the scale.
const FOOT: i32 = 34;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

/// A panel for each load that was replayed.
pub fn draw(results: &Results, path: &Path) -> Result<(), String> {
    let loads: Vec<_> = results.loads().collect();
    let columns = loads.len().clamp(1, COLUMNS);
    let rows = loads.len().div_ceil(columns).max(1);
    let height = TOP + BAR * RULES.len() as i32 + FOOT;
    let size = (
        WIDTH.unsigned_abs() * columns as u32,
        height.unsigned_abs() * rows as u32,
    );
    let root = SVGBackend::new(path, size).into_drawing_area();
    let drawn = root.fill(&WHITE).and_then(|()| {
        for (area, load) in root.split_evenly((rows, columns)).iter().zip(&loads) {
            panel(area, results, load)?;
        }
        root.present()
    });
    drawn.map_err(|error| format!("{}: {error}", path.display()))
}

fn panel<'a>(area: &Area<'a>, results: &Results, load: &'static str) -> Drawn<'a> {
    let middle = i32::midpoint(LEFT, RIGHT);
    area.draw(&Text::new(load, (middle, 9), text(14, HPos::Center)))?;
    let bottom = TOP + BAR * RULES.len() as i32;
    let place = |percent: f64| LEFT + (percent / 100.0 * f64::from(RIGHT - LEFT)) as i32;
    for mark in (0..=100).step_by(25) {
        let x = place(f64::from(mark));
        area.draw(&PathElement::new([(x, TOP), (x, bottom)], GRID))?;
        let label = format!("{mark} %");
        area.draw(&Text::new(label, (x, bottom + 5), text(10, HPos::Center)))?;
    }
    for (row, rule) in RULES.iter().enumerate() {
        let Some(percent) = results.find(load, rule.name).map(|row| row.percent()) else {
            continue;
        };
        let top = TOP + BAR * row as i32 + 3;
        let end = place(percent);
        let colour = if rule.name == OURS {
            OUR_COLOUR
        } else {
            THEIRS
        };
        let bar = [(LEFT, top), (end, top + BAR - 6)];
        area.draw(&Rectangle::new(bar, colour.filled()))?;
        let name = Text::new(rule.name, (LEFT - 6, top + 2), text(11, HPos::Right));
        area.draw(&name)?;
        let label = format!("{percent:.1}");
        area.draw(&Text::new(label, (end + 4, top + 2), text(11, HPos::Left)))?;
    }
    Ok(())
}

fn text(size: u32, side: HPos) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", size).into_font())
        .color(&BLACK)
        .pos(Pos::new(side, VPos::Top))
}
