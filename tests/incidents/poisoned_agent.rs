//! An agent that fails at once is never busy, and draws the work of all.

use rehearsal::model::fact::Outcome;

use super::stage::{Sets, each, is_clean, promtool_agrees};

const NAME: &str = "poisoned_agent";
const EJECTION: (&str, &str) =
    ("pools.servers.breaker.outlier_ejection", "{ at_most = '25%', ejection = '2m' }");
const RANDOM: Sets<'_> = &[("pools.servers.dispatch", "random")];

#[test]
fn a_quarter_of_the_servers_fails_nearly_all_requests() {
    is_clean(NAME);
    each(NAME, &[], |shown| {
        // It is on from 10 to 20 min; what was begun before is done within the first of them. The
        // healthy servers have in progress what they had, so hardly anything is sent to them.
        let done = shown.completed_share(11.0..20.0);
        assert!(done < 0.1, "{}: {done} of the requests are answered", shown.what);
        // They stand idle meanwhile: of some 20 requests in progress hardly one is left.
        let busy = shown.level("pool.servers.busy", 11.0..20.0);
        assert!(busy.iter().all(|busy| *busy < 4.0), "{}: {busy:?} in progress", shown.what);
        let before = shown.completed_share(2.0..10.0);
        assert!(before > 0.95, "{}: {before} before", shown.what);
        // Over half of a window of 1 min is bad after 30 s, then `for` of 30 s; and a scrape each.
        let fired = shown.fired("AgentFails");
        let early = fired.iter().filter(|at| (10.5..12.0).contains(*at)).count();
        assert!(early == 1 && fired.len() == 1, "{}: fired at {fired:?}", shown.what);
    });
}

#[test]
fn at_random_it_draws_its_fair_share() {
    each(NAME, RANDOM, |shown| {
        // A quarter fails. Some 2,700 requests come: five standard errors are 4 %; as much again
        // for what is in progress at the ends.
        let done = shown.completed_share(11.0..20.0);
        assert!((0.67..0.83).contains(&done), "{}: {done} are answered", shown.what);
    });
}

#[test]
fn to_eject_it_cures_it() {
    each(NAME, &[EJECTION], |shown| {
        // Ejected at 10 min for 2 min, then for 4, then for 6: three times five errors and as many
        // under way, of 3,000 requests.
        let seconds = 600.0;
        let failed = shown.left_per_s(Outcome::Failed, 10.0..20.0) * seconds;
        assert!(failed <= 40.0, "{}: {failed} requests fail", shown.what);
        let done = shown.completed_share(11.0..20.0);
        assert!(done > 0.95, "{}: {done} are answered", shown.what);
        assert!(shown.fired("ErrorsOfPool").is_empty(), "{}", shown.what);
    });
}

#[test]
fn promtool_sees_the_same_alerts() {
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, &[EJECTION]);
}
