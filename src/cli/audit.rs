//! `rehearsal run --audit`: every fact of every replication goes past the auditor first.
//!
//! Runs repeat, so what is audited here is what the results are made of. A rule that is violated is
//! a bug of this program, not of the scenario: nothing is written, and the exit code is 1.

use rayon::prelude::*;

use super::failure::Failure;
use crate::model::{Seed, run};
use crate::observe::auditor::Auditor;
use crate::scenario::meaning::Scenario;

/// Audits `n` replications.
///
/// # Errors
/// A rule is violated.
pub fn audit(scenario: &Scenario, seed: u64, n: u32) -> Result<(), Failure> {
    let one = |replication| {
        let auditor = run(scenario, Seed { seed, replication }, Auditor::new(scenario));
        told(&auditor, replication)
    };
    let found: Vec<String> = (0..n).into_par_iter().filter_map(one).collect();
    match found.is_empty() {
        true => Ok(()),
        false => Err(Failure::bug(
            found.join("\n"),
            "this is a bug of rehearsal: please report it, with the scenario and the seed",
        )),
    }
}

/// What the auditor found in a replication, if anything.
fn told(auditor: &Auditor<'_>, replication: u32) -> Option<String> {
    /// Of each replication; the rest mostly follows from the first.
    const SHOWN: usize = 3;
    let count = auditor.count();
    let shown: Vec<String> =
        auditor.violations().iter().take(SHOWN).map(|it| it.to_string()).collect();
    let head = format!("replication {replication} violates the rules of a run, {count} times");
    (count > 0).then(|| format!("{head}\n{}", shown.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;
    use crate::base::time::Time;
    use crate::cli::failure::Message;
    use crate::model::fact::{Fact, Observer};
    use crate::scenario::load::load;

    fn scenario() -> Scenario {
        let text = "name = \"a\"\nhorizon = \"1m\"\nworkloads.w.arrivals.poisson.rate = \"1/s\"\n\
             workflows.f.steps.s.work = 1\npools.p = {}";
        load(text.as_bytes(), &NoFiles).expect("a scenario").scenario
    }

    #[test]
    fn a_run_passes_and_a_wrong_fact_is_told() {
        let scenario = scenario();
        assert!(audit(&scenario, 1, 3).is_ok());
        let mut auditor = Auditor::new(&scenario);
        assert_eq!(told(&auditor, 0), None);
        auditor.on(Time::ZERO, &Fact::Ended { in_flight: 1 });
        let told = told(&auditor, 7).expect("a violation");
        assert!(
            told.starts_with("replication 7 violates the rules of a run, 1 times\nin_flight: ")
        );
        let failure = Failure::bug(told, "please report it");
        assert!(matches!(failure.message, Message::Plain(_, Some(_))));
        assert_eq!(failure.code, 1);
    }
}
