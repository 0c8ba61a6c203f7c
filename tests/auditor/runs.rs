//! Small runs whose facts are altered.

use std::collections::BTreeMap;

use rehearsal::scenario::load::load;
use rehearsal::scenario::meaning::Scenario;

/// Tasks of class `a` at these times (seconds) with this work.
pub fn scenario(tasks: &str, rest: &str) -> Scenario {
    let rows = format!("t_s,work\n{}\n", tasks.replace(' ', "\n"));
    let files = BTreeMap::from([("tasks.csv".to_string(), rows.into_bytes())]);
    let text = format!(
        "name = \"small\"\n[workloads.w]\n\
         arrivals.trace = {{ file = \"tasks.csv\", work = \"work\" }}\n{rest}"
    );
    load(text.as_bytes(), &files).unwrap_or_else(|m| panic!("{m:#?}")).scenario
}

/// One agent that wraps up; the second task waits for it.
pub fn desk() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\nscore = { uniform = [0, 1] }\n\
         [pools.p]\nwrap_up = \"1s\"\ncapacity = 1";
    scenario("0,3 1,2 9,1", rest)
}

/// Many slots, and two agents of whom one goes off duty at an hour.
pub fn shifts() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\nagents = 2\nslots = 9\n\
         dispatch = \"round_robin\"\nshifts = { \"00:00\" = 2, \"01:00\" = 1, \"02:00\" = 2 }";
    scenario("10,1 3590,30 3591,30 3605,5 7300,1", rest)
}

/// A task comes before the agent does.
pub fn night() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\n[pools.p]\n\
         shifts = { \"00:00\" = 0, \"01:00\" = 1 }";
    scenario("10,1", rest)
}

/// Two queues of one place each.
pub fn two_queues() -> Scenario {
    let rest = "[workflows.f]\nfirst = [\"a\", \"b\"]\n\
         [workflows.f.steps.a]\nwork = \"5s\"\nqueue = \"p\"\n\
         [workflows.f.steps.b]\nwork = \"5s\"\nqueue = \"q\"\n\
         [pools.p]\ncapacity = 1\n[pools.q]\ncapacity = 1";
    scenario("0, 1,", rest)
}

/// The first two attempts fail; the breaker opens at the first.
pub fn flaky() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = 1\ncritical = false\n\
         retry.fixed = { attempts = 2, delay = \"20s\" }\n\
         [pools.p]\nreliability = 0\n\
         breaker.consecutive = { failures = 1, recovery = \"10s\" }";
    scenario("0,1", rest)
}

/// A slow first attempt and its copy; another step follows the first result.
pub fn hedged() -> Scenario {
    let rest = "[workflows.f.steps.one]\nwork = { uniform = [\"5s\", \"20s\"] }\n\
         hedge = { after = \"1s\" }\n\
         [workflows.f.steps.two]\nwork = \"60s\"\n[pools.p]\nslots = 9";
    scenario("0, 100,", rest)
}

/// An attempt that takes too long goes on when its task has left.
pub fn slow() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = \"9s\"\ntimeout = \"2s\"\n[pools.p]\nslots = 9";
    scenario("0,9 1,9", rest)
}

/// Two steps are done and undone, because the third fails.
pub fn saga() -> Scenario {
    let rest = "[workflows.f.steps.a]\nwork = \"1s\"\ncompensation = \"undo_a\"\n\
         [workflows.f.steps.b]\nwork = \"1s\"\ncompensation = \"undo_b\"\n\
         [workflows.f.steps.c]\nwork = \"1s\"\nqueue = \"q\"\nneeds = [\"luck\"]\n\
         [workflows.f.steps.undo_a]\nwork = \"1s\"\n[workflows.f.steps.undo_b]\nwork = \"1s\"\n\
         [pools.p]\n[pools.q]\ncan = { luck = 0 }";
    let rest = rest.replace("work = \"1s\"\ncomp", "work = \"1s\"\nqueue = \"p\"\ncomp");
    let rest = rest.replace("_a]\nwork", "_a]\nqueue = \"p\"\nwork");
    scenario("0,", &rest.replace("_b]\nwork", "_b]\nqueue = \"p\"\nwork"))
}

/// A key that is held and paper that is used up, and returned by a compensation.
pub fn stock() -> Scenario {
    let rest = "[resources.key]\n[resources.paper]\n\
         [workflows.f.steps.take]\nwork = \"2s\"\nqueue = \"p\"\n\
         resources = { paper = { consumes = true }, key = 1 }\non_unavailable = \"wait\"\n\
         compensation = \"restock\"\nthen = \"pay\"\n\
         [workflows.f.steps.pay]\nwork = \"1s\"\nqueue = \"q\"\nneeds = [\"luck\"]\n\
         [workflows.f.steps.restock]\nwork = \"1s\"\nqueue = \"p\"\nreturns = [\"paper\"]\n\
         [pools.p]\nslots = 9\n[pools.q]\ncan = { luck = 0 }";
    scenario("0, 1,", rest)
}

/// An agent that fails every ten seconds while it serves something of twelve.
pub fn frail() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = \"12s\"\n\
         [pools.p]\nfailures = { every = \"10s\", repair = \"5s\", work = \"resume\" }";
    scenario("0, 50,", rest)
}

/// The second of two tasks fails because of a fault.
pub fn doomed() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = \"3s\"\n[pools.p]\nslots = 9\n\
         [faults.bad]\nerrors = { pool = \"p\", rate = 1 }\nat = \"1s\"\nlasts = \"2s\"";
    scenario("0, 2,", rest)
}

/// The only key is lost for a time.
pub fn withheld() -> Scenario {
    let rest = "[resources.key]\n[workflows.f.steps.s]\nwork = \"2s\"\nresources.key = 1\n\
         [pools.p]\nslots = 9\n\
         [faults.bad]\nlost = { resource = \"key\" }\nat = \"1s\"\nlasts = \"4s\"";
    scenario("0, 6,", rest)
}

/// Two tasks about the same thing, one after the other.
pub fn shelf() -> Scenario {
    let rest = "entities = { order = 1 }\n\
         [workflows.f.steps.pick]\nwork = \"5s\"\n[pools.p]\nslots = 9\n\
         [conflicts.shelf]\nbetween = [\"pick\", \"pick\"]\nrule = \"serialise\"";
    scenario("0, 1,", rest)
}

/// Three wait for two agents, to whom they are allocated every two seconds.
pub fn rounds() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = \"3s\"\n\
         [pools.p]\nagents = 2\nallocation.optimal = { every = \"2s\", by = \"completion\" }";
    scenario("1, 1, 1,", rest)
}

/// The second task is queued again while the agent is busy.
pub fn polled() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = \"3s\"\n[pools.p]\npoll = \"1s\"";
    scenario("0, 1,", rest)
}

/// Tasks come faster than one agent works: more are started every 5 s, and leave when nobody comes;
/// a rule tells that they wait.
pub fn scaled() -> Scenario {
    let rest = "[workflows.f.steps.s]\nwork = \"4s\"\n\
         [pools.p.autoscale.reference]\nagents = { min = 1, max = 4 }\nevery = \"5s\"\n\
         start_up = \"1s\"\nabove = \"80%\"\ntarget = \"50%\"\nbelow = \"30%\"\n\
         [monitor]\nevery = \"5s\"\n\
         [alerts.line]\nwhen = \"queue_length > 0\"\nfor = \"5s\"";
    scenario("0, 1, 2, 3, 4, 5, 6, 20, 45,", rest)
}
