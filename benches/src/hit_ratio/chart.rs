//! Charts: a panel for each trace, hit ratio over capacity; and the means as bars.

use std::path::Path;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::{
    Circle, DrawingArea, DrawingBackend, IntoDrawingArea, PathElement, RGBColor, Rectangle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{BLACK, Color, IntoFont, ShapeStyle, TextStyle, WHITE};

use super::contenders::CONTENDERS;
use super::report::is_ours;
use super::results::{Cell, OPT, Results, Summary};

const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
/// What nobody reaches.
const OPTIMUM: RGBColor = RGBColor(0x55, 0x55, 0x55);
/// Told apart also by those who see fewer colours: light and dark take turns.
const COLOURS: [RGBColor; 12] = [
    RGBColor(0xd9, 0x5f, 0x02),
    RGBColor(0x1f, 0x78, 0xb4),
    RGBColor(0x33, 0xa0, 0x2c),
    RGBColor(0xe3, 0x1a, 0x1c),
    RGBColor(0x6a, 0x3d, 0x9a),
    RGBColor(0xa6, 0xce, 0xe3),
    RGBColor(0xb1, 0x59, 0x28),
    RGBColor(0xfb, 0x9a, 0x99),
    RGBColor(0xb2, 0xdf, 0x8a),
    RGBColor(0xca, 0xb2, 0xd6),
    RGBColor(0xfd, 0xbf, 0x6f),
    RGBColor(0x00, 0x00, 0x00),
];

// Pixels.
const PANEL: (i32, i32) = (300, 220);
const COLUMNS: usize = 4;
/// Inside of a panel: where the lines are drawn.
const LEFT: i32 = 36;
const RIGHT: i32 = 284;
const TOP: i32 = 28;
const BOTTOM: i32 = 186;
/// A row of names above the panels, and the place of a name in it.
const LEGEND: (i32, i32) = (150, 22);
const BAR: i32 = 22;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

/// One panel for each trace.
pub fn draw_traces(results: &Results, path: &Path) -> Result<(), String> {
    let summaries = results.summaries();
    let traces: Vec<_> = results.traces().collect();
    let columns = traces.len().clamp(2, COLUMNS);
    let width = PANEL.0 * columns as i32;
    let names_per_row = (width / LEGEND.0) as usize;
    let legend = LEGEND.1 * summaries.len().div_ceil(names_per_row) as i32 + 10;
    let rows = traces.len().div_ceil(columns);
    draw(path, (width, legend + PANEL.1 * rows as i32), |root| {
        for (place, summary) in summaries.iter().enumerate() {
            let (row, column) = (place / names_per_row, place % names_per_row);
            let (x, y) = (LEGEND.0 * column as i32, LEGEND.1 * row as i32 + 6);
            let line = [(x + 12, y + 7), (x + 36, y + 7)];
            root.draw(&PathElement::new(line, stroke(summary.name)))?;
            let name = label(summary.name);
            root.draw(&Text::new(name, (x + 42, y), text(13, HPos::Left)))?;
        }
        let (_, panels) = root.split_vertically(legend);
        for (cells, area) in traces.iter().zip(panels.split_evenly((rows, columns))) {
            panel(&area, cells, &summaries)?;
        }
        Ok(())
    })
}

fn panel<'a>(area: &Area<'a>, cells: &[Cell], summaries: &[Summary<'_>]) -> Drawn<'a> {
    let scale = Scale::of(cells, summaries);
    let title = cells.first().map_or("", |cell| cell.trace.as_str());
    let middle = i32::midpoint(LEFT, RIGHT);
    area.draw(&Text::new(
        title.to_owned(),
        (middle, 8),
        text(13, HPos::Center),
    ))?;
    for points in scale.marks() {
        let y = scale.y(points);
        area.draw(&PathElement::new([(LEFT, y), (RIGHT, y)], GRID))?;
        let mark = format!("{points:.0}");
        area.draw(&Text::new(mark, (LEFT - 4, y - 6), text(10, HPos::Right)))?;
    }
    for cell in cells {
        let x = scale.x(cell.capacity);
        area.draw(&PathElement::new([(x, TOP), (x, BOTTOM)], GRID))?;
        let mark = cell.capacity.to_string();
        area.draw(&Text::new(mark, (x, BOTTOM + 4), text(10, HPos::Center)))?;
    }
    let unit = "entries, logarithmic; hits in %";
    area.draw(&Text::new(
        unit,
        (middle, BOTTOM + 17),
        text(10, HPos::Center),
    ))?;
    // The best is drawn last: nothing hides it.
    for summary in summaries.iter().rev() {
        let point = |cell: &Cell| {
            let points = cell.points(summary.name)?;
            Some((scale.x(cell.capacity), scale.y(points)))
        };
        let line: Vec<_> = cells.iter().filter_map(point).collect();
        let colour = colour(summary.name);
        for point in &line {
            area.draw(&Circle::new(*point, 2, colour.filled()))?;
        }
        area.draw(&PathElement::new(line, stroke(summary.name)))?;
    }
    Ok(())
}

/// From capacities and hit ratios to pixels.
struct Scale {
    capacities: (f64, f64),
    points: (f64, f64),
}

impl Scale {
    fn of(cells: &[Cell], summaries: &[Summary<'_>]) -> Self {
        let capacities = cells.iter().map(|cell| cell.capacity);
        let logarithms: Vec<_> = capacities.map(|n| (n.max(1) as f64).log2()).collect();
        let of_cell = |cell: &Cell| {
            let points = summaries
                .iter()
                .filter_map(|summary| cell.points(summary.name));
            points.collect::<Vec<_>>()
        };
        let points: Vec<_> = cells.iter().flat_map(of_cell).collect();
        let (low, high) = range(&points);
        Self {
            capacities: range(&logarithms),
            // From and to whole tens.
            points: (
                (low / 10.0).floor() * 10.0,
                (high / 10.0).floor() * 10.0 + 10.0,
            ),
        }
    }

    fn x(&self, capacity: usize) -> i32 {
        let (low, high) = self.capacities;
        let share = if high > low {
            ((capacity.max(1) as f64).log2() - low) / (high - low)
        } else {
            0.5
        };
        LEFT + 16 + (share * f64::from(RIGHT - LEFT - 32)) as i32
    }

    fn y(&self, points: f64) -> i32 {
        let (low, high) = self.points;
        BOTTOM - ((points - low) / (high - low) * f64::from(BOTTOM - TOP)) as i32
    }

    /// Where a line is drawn across: about five of them.
    fn marks(&self) -> impl Iterator<Item = f64> {
        let (low, high) = self.points;
        let step = if high - low > 50.0 { 20 } else { 10 };
        (low as i32..=high as i32).step_by(step).map(f64::from)
    }
}

fn range(numbers: &[f64]) -> (f64, f64) {
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}

/// A bar for the mean of each, best first.
pub fn draw_means(results: &Results, path: &Path) -> Result<(), String> {
    let summaries = results.summaries();
    let (cells, traces) = (results.0.len(), results.traces().count());
    let title = format!("mean hit ratio in %: {cells} cells of {traces} traces");
    let most = summaries.first().map_or(1.0, |best| best.mean.max(1.0));
    let (left, width) = (130, 300);
    draw(
        path,
        (500, TOP + BAR * summaries.len() as i32 + 12),
        |root| {
            root.draw(&Text::new(title, (250, 8), text(13, HPos::Center)))?;
            for (place, summary) in summaries.iter().enumerate() {
                let top = TOP + BAR * place as i32;
                let end = left + (summary.mean / most * f64::from(width)) as i32;
                let bar = [(left, top + 3), (end, top + BAR - 3)];
                let colour = match summary.name {
                    OPT => OPTIMUM,
                    name if is_ours(name) => COLOURS[0],
                    _ => RGBColor(0x9a, 0xb0, 0xc4),
                };
                root.draw(&Rectangle::new(bar, colour.filled()))?;
                let name = label(summary.name);
                root.draw(&Text::new(name, (left - 6, top + 5), text(12, HPos::Right)))?;
                let mean = format!("{:.1}", summary.mean);
                root.draw(&Text::new(mean, (end + 4, top + 5), text(11, HPos::Left)))?;
            }
            Ok(())
        },
    )
}

fn draw(
    path: &Path,
    (width, height): (i32, i32),
    content: impl for<'a> FnOnce(&Area<'a>) -> Drawn<'a>,
) -> Result<(), String> {
    let size = (width.unsigned_abs(), height.unsigned_abs());
    let root = SVGBackend::new(path, size).into_drawing_area();
    let drawn = root.fill(&WHITE).and_then(|()| content(&root));
    drawn
        .and_then(|()| root.present())
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn label(name: &str) -> String {
    if is_ours(name) {
        format!("memokit, {name}")
    } else {
        name.to_owned()
    }
}

/// The same in every chart, whatever the order.
fn colour(name: &str) -> RGBColor {
    if name == OPT {
        return OPTIMUM;
    }
    let place = CONTENDERS.iter().rposition(|known| known.name == name);
    let from_end = place.map_or(0, |place| CONTENDERS.len() - place);
    COLOURS[from_end % COLOURS.len()]
}

/// The lines of our policies are thicker.
fn stroke(name: &str) -> ShapeStyle {
    let width = if is_ours(name) { 2 } else { 1 };
    colour(name).stroke_width(width)
}

fn text(size: u32, side: HPos) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", size).into_font())
        .color(&BLACK)
        .pos(Pos::new(side, VPos::Top))
}
