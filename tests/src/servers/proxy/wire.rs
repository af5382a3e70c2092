//! Just enough of the two wire protocols to see requests and COMMITs go by: where messages begin, and the few that matter.
//! All others pass unread.

use std::collections::BTreeSet;

use super::super::endpoint::Engine;
use super::Direction;

/// The capability `CLIENT_SSL`, in the second byte of those that MySQL's greeting lists.
const MYSQL_TLS: u8 = 0x08;

/// The status that another answer follows.
const MYSQL_MORE: u8 = 0x08;

/// Cuts the bytes of one direction into messages.
///
/// PostgreSQL: a type byte, and the length of the rest (four bytes, itself included), most significant byte first. At the
/// start, the client's messages have no type, and the server answers requests for encryption with one byte.
/// MySQL: the payload's length in three bytes, least significant first, and a number that counts from 0 in each exchange.
pub(super) struct Frames {
    engine: Engine,
    direction: Direction,
    bytes: Vec<u8>,
    /// The connection is still being set up.
    starting: bool,
    /// These are no messages of the protocol: whatever comes is passed on.
    foreign: bool,
}

impl Frames {
    pub(super) fn new(engine: Engine, direction: Direction) -> Self {
        Frames { engine, direction, bytes: Vec::new(), starting: true, foreign: false }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// The next message, once it is there whole.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        if self.bytes.is_empty() {
            return None;
        }
        let length = if self.foreign { Some(self.bytes.len()) } else { self.length() };
        let length = length.filter(|length| *length <= self.bytes.len())?;
        let rest = self.bytes.split_off(length);
        let mut frame = std::mem::replace(&mut self.bytes, rest);
        if self.starting {
            self.look_at_start(&mut frame);
        }
        Some(frame)
    }

    fn length(&mut self) -> Option<usize> {
        let bytes = &self.bytes;
        if self.engine == Engine::MariaDb {
            let [low, middle, high, _, ..] = bytes[..] else { return None };
            return Some(4 + u32::from_le_bytes([low, middle, high, 0]) as usize);
        }
        let typed = !self.starting || self.direction == Direction::ToClient;
        if typed && self.starting && matches!(bytes[0], b'S' | b'N' | b'G') {
            return Some(1);
        }
        let start = usize::from(typed);
        let counted = u32::from_be_bytes(bytes.get(start..start + 4)?.try_into().ok()?) as usize;
        // Shorter than the length itself.
        self.foreign = counted < 4;
        Some(if self.foreign { bytes.len() } else { start + counted })
    }

    fn look_at_start(&mut self, frame: &mut [u8]) {
        match (self.engine, self.direction) {
            (Engine::Postgres, Direction::ToServer) => {
                // The major version. A request for encryption has another number there and comes before.
                self.starting = frame.get(4..6) != Some(&[0, 3]);
            }
            (Engine::Postgres, Direction::ToClient) => match frame {
                [answer] => *answer = b'N',
                _ => self.starting = false,
            },
            (Engine::MariaDb, direction) => {
                self.starting = false;
                // Version 10, the server's name up to a zero, thread (4), salt (8), zero (1), capabilities.
                if direction == Direction::ToClient
                    && frame.get(4) == Some(&10)
                    && let Some(name) = frame[5..].iter().position(|byte| *byte == 0)
                    && let Some(capabilities) = frame.get_mut(5 + name + 1 + 4 + 8 + 1 + 1)
                {
                    *capabilities &= !MYSQL_TLS;
                }
            }
        }
    }
}

/// Whether the server answers this message of the client when it is done with it.
pub(super) fn is_request(engine: Engine, frame: &[u8]) -> bool {
    match (engine, frame) {
        // A simple query, and the message that ends a group of others.
        (Engine::Postgres, [b'Q' | b'S', ..]) => true,
        // The first message of an exchange: all commands but those to quit, to add to a parameter, to forget a statement.
        (Engine::MariaDb, [_, _, _, 0, command, ..]) => !matches!(command, 0x01 | 0x18 | 0x19),
        _ => false,
    }
}

/// Whether this message of the server ends its answer to a request. MySQL's clients wait for each answer before they ask
/// again, so that nobody needs to know there.
pub(super) fn ends_answer(engine: Engine, frame: &[u8]) -> bool {
    engine == Engine::Postgres && matches!(frame, [b'Z', ..])
}

/// Recognises a COMMIT and its answer, message by message.
pub(super) struct Commits {
    engine: Engine,
    /// PostgreSQL's prepared statements and portals that are one, by name with its closing zero.
    statements: BTreeSet<Vec<u8>>,
    portals: BTreeSet<Vec<u8>>,
}

impl Commits {
    pub(super) fn new(engine: Engine) -> Self {
        Commits { engine, statements: BTreeSet::new(), portals: BTreeSet::new() }
    }

    /// Whether this message of the client has the server commit.
    pub(super) fn asks(&mut self, frame: &[u8]) -> bool {
        if self.engine == Engine::MariaDb {
            // The first message of an exchange, with the command 3: a query. What a login needs is numbered from 1.
            return matches!(frame, [_, _, _, 0, 3, text @ ..] if is_commit(text));
        }
        let [kind, _, _, _, _, body @ ..] = frame else { return false };
        match kind {
            // A simple query.
            b'Q' => is_commit(body),
            // Parse: a statement's name, its text.
            b'P' => {
                let (name, text) = name_and_rest(body);
                note(&mut self.statements, name, is_commit(text));
                false
            }
            // Bind: a portal's name, a statement's.
            b'B' => {
                let (portal, rest) = name_and_rest(body);
                let (statement, _) = name_and_rest(rest);
                note(&mut self.portals, portal, self.statements.contains(statement));
                false
            }
            // Execute: a portal's name.
            b'E' => self.portals.contains(name_and_rest(body).0),
            _ => false,
        }
    }

    /// Whether this message of the server ends a COMMIT, and with success; `None` for what may come before that.
    pub(super) fn answers(&self, frame: &[u8]) -> Option<bool> {
        match (self.engine, frame) {
            // "OK", the last where there are several: no rows changed, no new key, and a status. And "error".
            (Engine::MariaDb, [_, _, _, 1..=255, 0, 0, 0, status, ..]) => {
                (status & MYSQL_MORE == 0).then_some(true)
            }
            (Engine::MariaDb, [_, _, _, 1..=255, 0xff, ..]) => Some(false),
            // "Command complete" with the command, and an error. A failed transaction's COMMIT ends in `ROLLBACK`.
            (Engine::Postgres, [b'C', _, _, _, _, command @ ..]) => match command {
                b"COMMIT\0" => Some(true),
                b"ROLLBACK\0" => Some(false),
                _ => None,
            },
            (Engine::Postgres, [b'E', ..]) => Some(false),
            _ => None,
        }
    }
}

fn note(names: &mut BTreeSet<Vec<u8>>, name: &[u8], commits: bool) {
    if commits {
        names.insert(name.to_owned());
    } else {
        names.remove(name);
    }
}

fn name_and_rest(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).map_or(bytes.len(), |zero| zero + 1);
    bytes.split_at(end)
}

/// Whether one of the statements is a COMMIT.
fn is_commit(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.split(';').any(|statement| {
        let mut words = statement.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        // `COMMIT PREPARED` is another command.
        ["commit", "end"].iter().any(|word| first.eq_ignore_ascii_case(word))
            && words.all(|word| ["work", "transaction"].iter().any(|noise| word.eq_ignore_ascii_case(noise)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[kind], &length.to_be_bytes()[..], body].concat()
    }

    fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
        [&length[..3], &[number], payload].concat()
    }

    /// The messages as they come out when the bytes come in one by one.
    fn cut(engine: Engine, direction: Direction, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = Frames::new(engine, direction);
        let mut found = Vec::new();
        for byte in bytes {
            frames.push(&[*byte]);
            found.extend(std::iter::from_fn(|| frames.next()));
        }
        found
    }

    #[test]
    fn postgres_messages_are_found_after_the_start() {
        let encryption = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f].to_vec();
        let startup = [0, 0, 0, 9, 0, 3, 0, 0, 0].to_vec();
        let sent = [encryption, startup, message(b'Q', b"SELECT 1\0"), message(b'X', b"")];
        assert_eq!(cut(Engine::Postgres, Direction::ToServer, &sent.concat()), sent);

        let answers = [b"S".to_vec(), message(b'R', &[0; 4]), message(b'S', b"a\0b\0"), message(b'Z', b"I")];
        let mut seen = answers.clone();
        seen[0] = b"N".to_vec();
        assert_eq!(cut(Engine::Postgres, Direction::ToClient, &answers.concat()), seen);
    }

    #[test]
    fn mysql_messages_are_found_and_tls_is_denied() {
        let greeting = |capabilities: u8| {
            packet(0, &[b"\x0a11.8\0".as_slice(), &[9; 4], &[8; 8], &[0, 0xff, capabilities, 1]].concat())
        };
        let query = packet(0, b"\x03SELECT 1");
        let seen = cut(Engine::MariaDb, Direction::ToClient, &[greeting(0xff), query.clone()].concat());
        assert_eq!(seen, [greeting(0xf7), query]);
    }

    #[test]
    fn what_is_no_message_passes() {
        let bytes = [b'R', 0, 0, 0, 3, 7, 8];
        assert_eq!(cut(Engine::Postgres, Direction::ToClient, &bytes).concat(), bytes);
    }

    #[test]
    fn requests_are_told_from_their_parts() {
        let requests = |frames: &[Vec<u8>], engine| {
            frames.iter().filter(|frame| is_request(engine, frame.as_slice())).count()
        };
        let parts = [b'P', b'B', b'D', b'E', b'S', b'Q', b'X'].map(|kind| message(kind, b""));
        assert_eq!(requests(&parts, Engine::Postgres), 2);
        let commands = [3, 0x16, 0x17, 0x18, 0x19, 0x01].map(|command| packet(0, &[command]));
        assert_eq!(requests(&commands, Engine::MariaDb), 3);
        assert_eq!(requests(&[packet(1, &[3])], Engine::MariaDb), 0);
        assert!(ends_answer(Engine::Postgres, &message(b'Z', b"I")));
    }

    #[test]
    fn commits_are_told_from_all_else() {
        for text in [
            "COMMIT",
            "commit;",
            " Commit work ; ",
            "END TRANSACTION",
            "RELEASE SAVEPOINT a; COMMIT; SET b = 1",
        ] {
            assert!(is_commit(text.as_bytes()), "{text}");
        }
        for text in
            ["", "COMMIT PREPARED 'x'", "ROLLBACK", "SELECT 'COMMIT'", "committed", "COMMIT AND CHAIN"]
        {
            assert!(!is_commit(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_commit_is_seen_when_it_is_executed() {
        let mut commits = Commits::new(Engine::Postgres);
        assert!(commits.asks(&message(b'Q', b"COMMIT\0")));
        assert!(!commits.asks(&message(b'P', b"s1\0COMMIT\0\0\0")));
        assert!(!commits.asks(&message(b'B', b"p1\0s1\0\0\0\0\0\0\0")));
        assert!(!commits.asks(&message(b'E', b"p2\0\0\0\0\0")));
        assert!(commits.asks(&message(b'E', b"p1\0\0\0\0\0")));
        assert!(!commits.asks(&message(b'B', b"p1\0s2\0\0\0\0\0\0\0")));
        assert!(!commits.asks(&message(b'E', b"p1\0\0\0\0\0")));
        assert_eq!(commits.answers(&message(b'C', b"INSERT 0 1\0")), None);
        assert_eq!(commits.answers(&message(b'C', b"COMMIT\0")), Some(true));
        assert_eq!(commits.answers(&message(b'C', b"ROLLBACK\0")), Some(false));

        let mut commits = Commits::new(Engine::MariaDb);
        assert!(commits.asks(&packet(0, b"\x03COMMIT")));
        assert!(!commits.asks(&packet(1, b"\x03COMMIT")));
        assert!(!commits.asks(&packet(0, b"\x16COMMIT")));
        assert_eq!(commits.answers(&packet(1, &[0, 0, 0, 2, 0, 0, 0])), Some(true));
        assert_eq!(commits.answers(&packet(1, &[0, 0, 0, 0x0a, 0, 0, 0])), None);
        assert_eq!(commits.answers(&packet(1, &[0xff, 0xbd, 4])), Some(false));
        assert_eq!(commits.answers(&packet(2, &[0, 0, 0, 2, 0, 0, 0])), Some(true));
    }
}
