//! A monitor that sees nothing: no scaling, no alert, and everything looks well.

use super::stage::{Sets, Shown, each, is_clean, promtool_agrees};

const NAME: &str = "blind_monitor";
const WATCHED: Sets<'_> = &[("alerts.prometheus", "['blind_monitor.watched.yaml']")];
const FLOOR: Sets<'_> = &[("pools.servers.autoscale.hpa.agents.min", "20")];
const SEES: Sets<'_> = &[("faults", "{}")];

/// How many wait in the last minutes in which it is blind; the demand is highest since minute 28.
fn line(shown: &Shown<'_>) -> Vec<f64> {
    shown.level("queue.servers.length", 31.0..33.0)
}

/// What a monitor told while it was blind, in minutes since the start.
fn meanwhile(shown: &Shown<'_>, rule: &str) -> Vec<f64> {
    shown.fired(rule).into_iter().filter(|at| (15.0..33.0).contains(at)).collect()
}

#[test]
fn nobody_scales_and_nobody_is_told() {
    is_clean(NAME);
    each(NAME, &[], |shown| {
        // 1.8 s of work for each of 480 requests a minute keep 14.5 servers busy, and there are
        // twelve or thirteen, as were asked for at 280 a minute.
        let desired = shown.desired("servers");
        let changed = desired.iter().filter(|(at, _)| (15.0..33.0).contains(at)).count();
        assert_eq!(changed, 0, "{}: {desired:?}", shown.what);
        // A line grows by a hundred a minute or so.
        let line = line(shown);
        assert!(line.iter().all(|length| *length > 50.0), "{}: {line:?} wait", shown.what);
        for rule in ["ServersWait", "ServersBusy"] {
            assert!(meanwhile(shown, rule).is_empty(), "{}: {rule}", shown.what);
        }
        // It sees again at 33 min.
        let late = shown.fired("ServersWait").into_iter().filter(|at| *at >= 33.0).count();
        assert_eq!(late, 1, "{}: {:?}", shown.what, shown.fired("ServersWait"));
    });
}

#[test]
fn it_is_the_blindness_that_does_it() {
    each(NAME, SEES, |shown| {
        // It sees within 15 s, over a window of 2 min; those who start are there 30 s later: three
        // minutes after the peak's begin nobody need wait.
        let line = line(shown);
        assert!(line.iter().all(|length| *length < 50.0), "{}: {line:?} wait", shown.what);
    });
}

#[test]
fn rules_about_what_is_missing_and_what_users_see_tell_of_it() {
    each(NAME, WATCHED, |shown| {
        // The first scrape that finds nothing is that of 15 min; `for` is a minute.
        let unseen = shown.fired("ServersUnseen");
        assert!(unseen.len() == 1 && unseen[0] <= 16.5, "{}: {unseen:?}", shown.what);
        assert!(!meanwhile(shown, "UsersWait").is_empty(), "{}: nobody hears", shown.what);
    });
}

#[test]
fn a_floor_carries_the_peak_unseen() {
    each(NAME, FLOOR, |shown| {
        // Twenty for the work of 15.3 at most.
        let line = line(shown);
        assert!(line.iter().all(|length| *length < 10.0), "{}: {line:?} wait", shown.what);
        let in_time = shown.metric("in_time_fraction");
        assert!(in_time > 0.99, "{}: {in_time} in time", shown.what);
        assert!(shown.fired("ServersWait").is_empty(), "{}", shown.what);
    });
}

#[test]
fn promtool_sees_the_same_alerts() {
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, WATCHED);
}
