//! What is on its way: requests that clients are sending, and answers that they are reading. Together it takes
//! bounded memory, and nobody may take for ever: who does not read is disconnected.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio_util::sync::CancellationToken;

/// An answer is handed on in parts of at most so many bytes, each when the client has room for it.
const PART: usize = 64 << 10;
/// Its head in smaller ones: HTTP/2's connection writes what is shorter than 256 bytes together with what comes before
/// and after it, in one call of the system's.
const HEAD_PART: usize = 255;
/// What is longer leaves an eighth of the room to what is not: a few long messages keep nobody from asking.
const SHORT: usize = 64 << 10;
/// How often to look for answers that are not read.
const PERIOD: Duration = Duration::from_secs(1);

/// The room for what is on its way, shared by all doors.
#[derive(Clone, Debug)]
pub struct Traffic(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// In bytes.
    room: usize,
    /// How long a client may take for a request, and for reading an answer.
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: usize,
    /// Answers in the order in which they were given, each with what ends its connection.
    unread: BTreeMap<u64, (Instant, CancellationToken)>,
    given: u64,
}

/// Why a request's body was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreceived {
    /// It is too long.
    #[error("the message is longer than {limit} bytes; the server takes more with `--max-message-size`")]
    TooLong {
        /// How long it may be.
        limit: usize,
    },
    /// There is no room for it.
    #[error("the server is busy with as many bytes as it has room for; try again")]
    Crowded,
    /// The client took longer than a request may take.
    #[error("the request took too long to come")]
    TooSlow,
    /// It broke off.
    #[error("the request broke off: {0}")]
    Broken(String),
}

/// A request's body, with the room that it takes.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) bytes: Bytes,
    _room: Room,
}

/// Room that is taken.
#[derive(Debug)]
struct Room {
    traffic: Arc<Shared>,
    bytes: usize,
    /// Where it is an answer's, that one's number among the unread ones.
    unread: Option<u64>,
}

/// An answer's body. It takes room until the client has read it.
pub(super) struct Answer {
    head: Bytes,
    rest: Bytes,
    trailers: Option<HeaderMap>,
    _room: Room,
}

impl Traffic {
    /// Room for so many bytes, and `patience` for a request to come and for an answer to be read. Must be called
    /// within a runtime.
    #[must_use]
    pub fn new(room: usize, patience: Duration) -> Self {
        let shared = Arc::new(Shared { room, patience, state: Mutex::default() });
        tokio::spawn(watch(Arc::downgrade(&shared)));
        Traffic(shared)
    }

    /// Reads a body of at most `limit` bytes. Where its beginning `announces` more, no more of it is read.
    pub(super) async fn receive<B>(
        &self,
        mut body: B,
        limit: usize,
        announces: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<Received, Unreceived>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: std::fmt::Display,
    {
        let receiving = async {
            let fits = |length: u64| usize::try_from(length).is_ok_and(|length| length <= limit);
            if !fits(body.size_hint().lower()) {
                return Err(Unreceived::TooLong { limit });
            }
            let mut room = Room { traffic: self.0.clone(), bytes: 0, unread: None };
            let (mut first, mut all) = (Bytes::new(), BytesMut::new());
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| Unreceived::Broken(error.to_string()))?;
                let Ok(data) = frame.into_data() else { continue };
                room.take(data.len())?;
                // Most come in one part, which then is not copied.
                match (first.is_empty(), all.is_empty()) {
                    (true, true) => first = data,
                    (_, true) => {
                        all.extend_from_slice(&std::mem::take(&mut first));
                        all.extend_from_slice(&data);
                    }
                    _ => all.extend_from_slice(&data),
                }
                let so_far: &[u8] = if all.is_empty() { &first } else { &all };
                if so_far.len() > limit || announces(so_far).is_some_and(|length| length > limit) {
                    return Err(Unreceived::TooLong { limit });
                }
            }
            let bytes = if all.is_empty() { first } else { all.freeze() };
            Ok(Received { bytes, _room: room })
        };
        tokio::time::timeout(self.0.patience, receiving).await.unwrap_or(Err(Unreceived::TooSlow))
    }

    /// An answer, if there is room for it: `head` and `rest`, one after the other. Where it is not read for too long,
    /// `connection` is ended.
    pub(super) fn answer(
        &self,
        head: Bytes,
        rest: Bytes,
        trailers: Option<HeaderMap>,
        connection: &CancellationToken,
    ) -> Result<Answer, Unreceived> {
        let bytes = head.len() + rest.len();
        let mut state = self.0.state();
        self.0.take(&mut state, bytes, bytes)?;
        state.given += 1;
        let number = state.given;
        state.unread.insert(number, (Instant::now(), connection.clone()));
        drop(state);
        let room = Room { traffic: self.0.clone(), bytes, unread: Some(number) };
        Ok(Answer { head, rest, trailers, _room: room })
    }
}

impl Shared {
    /// Takes room for so many bytes of a message that has `whole` by now.
    fn take(&self, state: &mut State, bytes: usize, whole: usize) -> Result<(), Unreceived> {
        let room = if whole > SHORT { self.room - self.room / 8 } else { self.room };
        if state.taken + bytes > room {
            return Err(Unreceived::Crowded);
        }
        state.taken += bytes;
        Ok(())
    }

    // Under the lock nothing can panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn take(&mut self, bytes: usize) -> Result<(), Unreceived> {
        let whole = self.bytes + bytes;
        self.traffic.take(&mut self.traffic.state(), bytes, whole)?;
        self.bytes = whole;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut state = self.traffic.state();
        state.taken -= self.bytes;
        if let Some(number) = self.unread {
            state.unread.remove(&number);
        }
    }
}

/// Ends the connections of clients that do not read, for as long as there is somebody who answers.
async fn watch(shared: Weak<Shared>) {
    loop {
        tokio::time::sleep(PERIOD).await;
        let Some(shared) = shared.upgrade() else { return };
        let mut state = shared.state();
        while let Some(oldest) = state.unread.first_entry()
            && oldest.get().0.elapsed() > shared.patience
        {
            oldest.remove().1.cancel();
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let part = match (self.head.len(), self.rest.len()) {
            (0, 0) => {
                let trailers = self.trailers.take();
                return Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers))));
            }
            (0, rest) => self.rest.split_to(rest.min(PART)),
            (head, _) => self.head.split_to(head.min(HEAD_PART)),
        };
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.head.is_empty() && self.rest.is_empty() && self.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.head.len() + self.rest.len()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    fn run<T>(test: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test)
    }

    #[test]
    fn what_is_on_its_way_takes_no_more_than_there_is_room_for() {
        run(async {
            let traffic = Traffic::new(100, Duration::from_secs(60));
            let connection = CancellationToken::new();
            let bytes = |count| Bytes::from(vec![7; count]);
            let receive = async |count, limit| {
                traffic.receive(Full::new(bytes(count)), limit, |start| Some(start.len() * 2)).await
            };
            assert!(matches!(receive(30, 20).await, Err(Unreceived::TooLong { limit: 20 })));
            assert!(matches!(receive(30, 59).await, Err(Unreceived::TooLong { .. })));
            let received = receive(30, 60).await.unwrap();
            assert_eq!(received.bytes, bytes(30));
            let answer = traffic.answer(bytes(5), bytes(60), None, &connection).unwrap();
            assert!(matches!(receive(6, 60).await, Err(Unreceived::Crowded)));
            assert!(traffic.answer(bytes(6), Bytes::new(), None, &connection).is_err());
            drop(received);
            assert!(receive(35, 70).await.is_ok());
            assert_eq!(answer.collect().await.unwrap().to_bytes(), bytes(65));
            assert!(receive(100, 200).await.is_ok());
        });
    }

    #[test]
    fn long_messages_leave_room_for_short_ones() {
        run(async {
            let traffic = Traffic::new(16 * SHORT, Duration::from_secs(60));
            let answer =
                |count| traffic.answer(Bytes::new(), vec![7; count].into(), None, &CancellationToken::new());
            let _long = [answer(7 * SHORT).unwrap(), answer(7 * SHORT).unwrap()];
            assert!(answer(SHORT + 1).is_err());
            let _short = [answer(SHORT).unwrap(), answer(SHORT).unwrap()];
            assert!(answer(1).is_err());
        });
    }

    #[test]
    fn who_does_not_read_is_disconnected() {
        run(async {
            let traffic = Traffic::new(100, Duration::from_millis(100));
            let [read, unread] = [0; 2].map(|_| CancellationToken::new());
            let bytes = Bytes::from_static(b"answer");
            let kept = traffic.answer(Bytes::new(), bytes.clone(), None, &unread).unwrap();
            drop(traffic.answer(Bytes::new(), bytes, None, &read).unwrap());
            unread.cancelled().await;
            assert!(!read.is_cancelled());
            drop(kept);
        });
    }
}
