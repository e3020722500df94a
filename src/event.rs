//! What happens while files are loaded, told to JavaScript in order.

use std::sync::Arc;

use autotokenizer_hub::{Event, OnEvent};
use napi::Status;
use napi::bindgen_prelude::{FnArgs, Function, Result};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

use crate::progress;
use crate::request::HubRequest;

/// What happens while files are loaded.
#[napi(object, object_from_js = false)]
pub struct LoadEvent {
    /// `initiate`, `download`, `progress`, `done`, `warning`; `end` when no more will come.
    pub status: String,
    /// The file.
    pub file: Option<String>,
    /// Bytes so far.
    pub loaded: Option<f64>,
    /// Bytes in all, where the server says.
    pub total: Option<f64>,
    /// The warning's code.
    pub code: Option<String>,
    /// The warning's text.
    pub message: Option<String>,
}

type Arguments = FnArgs<(LoadEvent,)>;

/// The JavaScript function that hears of events, and the bars. It does not keep the process alive.
pub(crate) struct Events {
    queue: Arc<ThreadsafeFunction<Arguments, (), Arguments, Status, false, true>>,
    draws: bool,
}

impl Events {
    pub(crate) fn new(listener: &Function<'_, Arguments, ()>, request: &HubRequest) -> Result<Self> {
        let queue = listener.build_threadsafe_function().weak::<true>().build()?;
        Ok(Self {
            queue: Arc::new(queue),
            draws: request.draws(),
        })
    }

    pub(crate) fn listener(&self) -> OnEvent {
        let queue = Arc::clone(&self.queue);
        let listener: OnEvent = Arc::new(move |event| {
            queue.call(
                FnArgs::from((LoadEvent::from(event),)),
                ThreadsafeFunctionCallMode::NonBlocking,
            );
        });
        if self.draws {
            progress::drawing(listener)
        } else {
            listener
        }
    }

    /// Waits until JavaScript has heard of every event: events and the promise have queues of their own, and the
    /// answer to the last event says that all were delivered.
    pub(crate) async fn delivered(&self) {
        let _ = self.queue.call_async(FnArgs::from((LoadEvent::of("end"),))).await;
    }
}

impl LoadEvent {
    fn of(status: &str) -> Self {
        Self {
            status: status.into(),
            file: None,
            loaded: None,
            total: None,
            code: None,
            message: None,
        }
    }
}

impl From<Event> for LoadEvent {
    fn from(event: Event) -> Self {
        let mut result = Self::of("");
        let status = match event {
            Event::Initiate { file } => {
                result.file = Some(file);
                "initiate"
            }
            Event::Download { file } => {
                result.file = Some(file);
                "download"
            }
            Event::Progress { file, loaded, total } => {
                result.file = Some(file);
                result.loaded = Some(number(loaded));
                result.total = total.map(number);
                "progress"
            }
            Event::Done { file } => {
                result.file = Some(file);
                "done"
            }
            Event::Warning { code, message } => {
                result.code = Some(code);
                result.message = Some(message);
                "warning"
            }
        };
        status.clone_into(&mut result.status);
        result
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "JavaScript's numbers are exact up to 2^53 bytes"
)]
pub(crate) fn number(bytes: u64) -> f64 {
    bytes as f64
}
