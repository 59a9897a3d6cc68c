//! The help texts that teach the command.

pub(super) const ABOUT: &str = "Write a property once; every engine tries to break it.";

pub(super) const LONG_ABOUT: &str = "\
Write a property once; every engine tries to break it.

A property is an ordinary test, marked with `#[property]`, whose arguments stand for every value \
of their types. `cargo test` runs each with a handful of random inputs. `cargo proofhouse check` \
runs each with every engine:

  random      draws inputs from a seeded generator that likes edges
  exhaustive  tries every input, where there are few enough
  symbolic    executes the compiled code with unknowns: a proof, or an input that fails

Whatever fails is run again in a fresh process, made as simple as possible, kept in the package's \
folder `.proofhouse`, and printed with a token: one line that names property and input and that \
`cargo proofhouse replay` and `PROOFHOUSE_REPLAY=… cargo test` accept.";

pub(super) const AFTER_HELP: &str = "\
Start with: cargo proofhouse init, then cargo proofhouse check
Exit codes: 0 nothing refuted, 1 something refuted, unhealthy or weaker than the ledger, 2 impossible \
request, 3 internal failure, 130 interrupted";

pub(super) const CHECK_HELP: &str = "\
What the table says:
  proved                   holds for every input
  proved: all 256 inputs   every input was run
  proved to 7 bytes        holds for every input up to that size; the bounds are listed below it
  passed 256 cases         these inputs did not fail; others may
  REFUTED                  an input fails; it is shown below the table
  UNHEALTHY: …             these inputs did not fail, but they are not what the property asks for
  vacuous                  no input satisfied the assumptions: nothing was tested
  inconclusive: …          the engine cannot say, and why
  –                        nothing to do for this engine

Settings come from the command line, then the profile in `proofhouse.toml`, then the defaults.

Examples:
  cargo proofhouse check                                    this package, every engine
  cargo proofhouse check --workspace --engine random        one engine, all packages
  cargo proofhouse check roundtrip 'text::*'                properties by pattern
  cargo proofhouse check --changed-since origin/main        packages that a branch touches
  cargo proofhouse check --profile ci --locked --github     as a step of continuous integration
  cargo proofhouse check --html report.html                 a report to read and to keep";

pub(super) const PROVE_HELP: &str = "\
The same as `check --engine symbolic` with more time for each property: 300 seconds, or what the
profile's `prove-time` says.";

pub(super) const CONFIG_HELP: &str = "\
Example:
  cargo proofhouse report --format html --output report.html";
