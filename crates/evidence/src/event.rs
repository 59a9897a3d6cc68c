//! What an engine says while it runs, one JSON object a line.

use std::io;

use crate::json;
use crate::{
    Argument, Complaint, Engine, Failure, FileLines, Finding, Observations, PropertyDescription,
    Statistics, Verdict,
};

/// One line of the journal that a running engine writes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "event", rename_all = "kebab-case"))]
pub enum Event {
    /// An engine begins with a property.
    Started {
        /// The property.
        property: PropertyDescription,
        /// The engine.
        engine: Engine,
        /// The seed of everything random in this run; 0 for engines without one.
        seed: u64,
    },
    /// Work done so far; sent now and then, for a progress line.
    Progress {
        /// The property's path.
        property: String,
        /// Cases or paths done.
        done: u64,
        /// Paths waiting; 0 for engines without a queue.
        waiting: u64,
        /// What else there is to say, as "solver 12.0 s, slowest at src/lib.rs:7"; mostly nothing.
        #[cfg_attr(feature = "serde", serde(default))]
        note: String,
    },
    /// The first sight of a failure, before shrinking.
    Failed {
        /// The property's path.
        property: String,
        /// What went wrong.
        failure: Failure,
        /// The token of the input as it was found.
        token: String,
    },
    /// A finding, shrunk as far as its engine shrinks.
    Found {
        /// The property's path.
        property: String,
        /// The finding.
        finding: Finding,
    },
    /// Which arguments of a finding do not matter, each by itself.
    Explained {
        /// The property's path.
        property: String,
        /// The token of the finding.
        token: String,
        /// The arguments that failed with every value that was tried instead, by name.
        free_arguments: Vec<String>,
        /// Executions spent on trying.
        executions: u64,
    },
    /// What the cases were like, where the property reports it. Before `Finished`.
    Observed {
        /// The property's path.
        property: String,
        /// The engine.
        engine: Engine,
        /// Counts and targets.
        observations: Observations,
    },
    /// The inputs of a run were not what a run needs. Before `Finished`.
    Unhealthy {
        /// The property's path.
        property: String,
        /// The engine.
        engine: Engine,
        /// What is wrong.
        complaint: Complaint,
    },
    /// Which lines of the source an engine executed. Before `Finished`.
    Executed {
        /// The property's path.
        property: String,
        /// The engine.
        engine: Engine,
        /// By file.
        lines: Vec<FileLines>,
    },
    /// The values of a case whose arguments alone were drawn: the property did not run.
    Drawn {
        /// The property's path.
        property: String,
        /// The token of the case.
        token: String,
        /// The values, in the order of the arguments.
        arguments: Vec<Argument>,
    },
    /// The engine's conclusion. The last event of a property and engine.
    Finished {
        /// The property's path.
        property: String,
        /// The engine.
        engine: Engine,
        /// The conclusion.
        verdict: Verdict,
        /// What was executed on the way.
        statistics: Statistics,
    },
}

/// Writes one event as one line.
///
/// # Errors
///
/// Whatever the writer reports.
pub fn write_event(writer: &mut impl io::Write, event: &Event) -> io::Result<()> {
    let mut line = json::text_of(event);
    line.push('\n');
    writer.write_all(line.as_bytes())
}

/// Reads events, one a line. A last line without its newline is the mark of a killed writer and is
/// left out when it does not parse. Needs the feature `serde`.
///
/// # Errors
///
/// Whatever the reader reports, and `InvalidData` for a whole line that is not an event.
#[cfg(feature = "serde")]
pub fn read_events(reader: impl io::Read) -> io::Result<Vec<Event>> {
    let text = io::read_to_string(reader)?;
    let mut events = Vec::new();
    for line in text.split_inclusive('\n') {
        match serde_json::from_str(line) {
            Ok(event) => events.push(event),
            Err(_) if !line.ends_with('\n') => break,
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }
    Ok(events)
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;
    use crate::json::samples;

    #[test]
    fn every_event_survives_json() {
        let mut bytes = Vec::new();
        for event in samples() {
            write_event(&mut bytes, &event).unwrap();
        }
        assert_eq!(read_events(bytes.as_slice()).unwrap(), samples());
    }

    #[test]
    fn a_line_cut_short_by_a_kill_is_left_out() {
        let mut bytes = Vec::new();
        write_event(&mut bytes, &samples()[0]).unwrap();
        bytes.extend_from_slice(b"{\"event\":\"prog");
        assert_eq!(read_events(bytes.as_slice()).unwrap(), samples()[..1]);
    }

    #[test]
    fn a_whole_line_that_is_not_an_event_is_an_error() {
        let error = read_events(b"not an event\n".as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
