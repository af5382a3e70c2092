//! Plots: how the time of a sort of work grows with the registry, a panel for each database.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::{coord::Shift, prelude::*};

use super::text;
use crate::{
    record::{Record, Whose},
    work::{Database, Info, WORKS, Work},
};

const PANEL: (u32, u32) = (360, 300);

/// Draws a plot for each sort of work that was measured at several sizes; gives the files' names.
pub(crate) fn draw(folder: &Path, records: &[Record]) -> Result<Vec<(Work, String)>> {
    let mut drawn = Vec::new();
    for info in &WORKS {
        let own: Vec<&Record> =
            records.iter().filter(|record| record.work == info.work && !record.distant).collect();
        let sizes = own.iter().map(|record| record.size);
        if sizes.clone().min() == sizes.max() {
            continue;
        }
        let name = format!("{}.svg", info.name);
        plot(&folder.join(&name), info, &own).map_err(|error| anyhow!("cannot draw `{name}`: {error}"))?;
        drawn.push((info.work, name));
    }
    Ok(drawn)
}

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn plot(file: &Path, info: &Info, records: &[&Record]) -> Outcome {
    let databases: Vec<Database> = info
        .databases
        .iter()
        .copied()
        .filter(|database| records.iter().any(|record| record.database == *database))
        .collect();
    let root = SVGBackend::new(file, (PANEL.0 * databases.len() as u32, PANEL.1)).into_drawing_area();
    root.fill(&WHITE)?;
    let medians = || {
        let costs = |record: &&&Record| Whose::ALL.map(|whose| record.cost(whose).map(|cost| cost.median));
        records.iter().flat_map(move |record| costs(&record)).flatten()
    };
    let range = medians().fold(f64::MAX, f64::min) / 2.0..medians().fold(0.0, f64::max) * 3.0;
    let panels = root.split_evenly((1, databases.len()));
    for (panel, database) in panels.iter().zip(databases) {
        let own: Vec<&Record> =
            records.iter().copied().filter(|record| record.database == database).collect();
        draw_panel(panel, info, database, &own, range.clone())?;
    }
    Ok(root.present()?)
}

fn draw_panel(
    panel: &DrawingArea<SVGBackend<'_>, Shift>,
    info: &Info,
    database: Database,
    records: &[&Record],
    range: std::ops::Range<f64>,
) -> Outcome {
    let sizes = || records.iter().map(|record| record.size as f64);
    let (least, most) = (sizes().fold(f64::MAX, f64::min), sizes().fold(0.0, f64::max));
    let mut chart = ChartBuilder::on(panel)
        .caption(database.name(), ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(34)
        .y_label_area_size(60)
        .build_cartesian_2d((least * 0.8..most * 1.25).log_scale(), range.log_scale())?;
    let unit = info.unit;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("views")
        .x_labels(5)
        .y_labels(7)
        .x_label_formatter(&|size| text::grouped(size.round() as u64))
        .y_label_formatter(&|value| text::cost(*value, unit))
        .draw()?;
    for (whose, color) in
        Whose::ALL.into_iter().zip([RGBColor(0, 98, 152), RGBColor(200, 80, 30), RGBColor(130, 130, 130)])
    {
        let points: Vec<(f64, f64)> = records
            .iter()
            .filter_map(|record| Some((record.size as f64, record.cost(whose)?.median)))
            .collect();
        if points.is_empty() {
            continue;
        }
        let dots = points.clone().into_iter().map(move |point| Circle::new(point, 3, color.filled()));
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(whose.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 14, y)], color.stroke_width(2)));
        chart.draw_series(dots)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .draw()?;
    Ok(())
}
