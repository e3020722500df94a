//! A bar on stderr for each file that is on its way. Nothing is drawn where stderr is no terminal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use autotokenizer_hub::{Event, OnEvent};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

const BAR: &str =
    "{msg}  {bar:24}  {binary_bytes} of {binary_total_bytes}  {binary_bytes_per_sec}  {eta} left";
const ENDLESS: &str = "{msg}  {spinner}  {binary_bytes}  {binary_bytes_per_sec}";
const DONE: &str = "{msg}  {binary_bytes} in {elapsed}";

/// Draws what `listener` hears.
pub(crate) fn drawing(listener: OnEvent) -> OnEvent {
    let bars = Mutex::new(Bars::default());
    Arc::new(move |event| {
        bars.lock().unwrap_or_else(PoisonError::into_inner).hear(&event);
        listener(event);
    })
}

#[derive(Default)]
struct Bars {
    all: MultiProgress,
    by_file: HashMap<String, ProgressBar>,
}

impl Bars {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Progress { file, loaded, total } => {
                // What is there at once needs no bar: it was cached, or is small.
                if let Some(bar) = self.by_file.get(file) {
                    bar.set_position(*loaded);
                } else if *total != Some(*loaded) {
                    let bar = self.all.add(started(file, *total));
                    bar.set_position(*loaded);
                    self.by_file.insert(file.clone(), bar);
                }
            }
            Event::Done { file } => {
                if let Some(bar) = self.by_file.remove(file) {
                    bar.set_style(style(DONE));
                    bar.finish();
                }
            }
            Event::Initiate { .. } | Event::Download { .. } | Event::Warning { .. } => {}
        }
    }
}

fn started(file: &str, total: Option<u64>) -> ProgressBar {
    // Hidden until it is added to the others: it would be drawn as it is by default.
    ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden())
        .with_style(style(if total.is_some() { BAR } else { ENDLESS }))
        .with_message(file.to_owned())
        // A download that fails takes its bar along.
        .with_finish(ProgressFinish::AndClear)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
