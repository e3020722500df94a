//! A bar on stderr for each file that is on its way. Nothing is drawn where stderr is no terminal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use autotokenizer_hub::{Event, OnEvent};
use indicatif::{MultiProgress, ProgressBar, ProgressFinish, ProgressStyle};

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
    let bar = ProgressBar::no_length().with_message(file.to_owned());
    if let Some(total) = total {
        bar.set_length(total);
    }
    bar.set_style(style(if total.is_some() { BAR } else { ENDLESS }));
    // A download that fails takes its bar along.
    bar.with_finish(ProgressFinish::AndClear)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
