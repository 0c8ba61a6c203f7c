//! The rules by name.

/// Declares the rules with the word and the sentence for each.
macro_rules! rules {
    ($($rule:ident => $name:literal, $about:literal;)+) => {
        /// What must hold of every run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule {
            $(#[doc = $about] $rule,)+
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Rule] = &[$(Rule::$rule,)+];

            /// The word for it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Rule::$rule => $name,)+
                }
            }

            /// What must hold.
            pub fn about(self) -> &'static str {
                match self {
                    $(Rule::$rule => $about,)+
                }
            }
        }
    };
}

rules! {
    Clock => "clock", "Time never goes back.";
    Last => "last", "A run ends once, and nothing is told after that.";
    Arrival => "arrival", "Tasks are numbered in the order of arrival, each once.";
    Departure => "departure", "A task that is in the system leaves it once.";
    Gone => "gone", "Nothing begins for a task that has not come or has left.";
    InFlight => "in_flight", "Those who came are those who left and those still there.";
    Attempt => "attempt",
        "An attempt is readied, goes in line or to an agent, and ends, each once and in order.";
    Spans => "spans", "An attempt waits from joining to leaving, and is served from start to end.";
    Sums => "sums", "A task's wait, service and attempts are the sums over its attempts.";
    Slots => "slots", "An agent holds at most as many attempts and wrap-ups as it has slots.";
    Duty => "duty", "An agent starts attempts only on duty, and leaves when it holds nothing.";
    Breaker => "breaker", "Nothing starts where a breaker is open.";
    Capacity => "capacity", "Nobody joins a queue that is full.";
    Retries => "retries", "A step is tried again only as its retries and hedges say.";
    Result => "result", "At most one result of a visit counts.";
    Abandoned => "abandoned", "Work that nobody waits for goes on only if it cannot be cancelled.";
    Undo => "undo",
        "A task that fails undoes what it has done, the last first, and begins nothing else.";
    Units => "units",
        "A unit is held alone or shared, released once, and used up until it is returned.";
    Fault => "fault", "A fault ends after it has begun, and what it dooms fails.";
    Conflict => "conflict", "A conflict is between two tasks that are in the system.";
    Crash => "crash", "An agent that is down serves nothing, and each crash has one repair.";
    Allocation => "allocation",
        "A round assigns at most those who wait in the line, and at most the free slots.";
    Scaling => "scaling",
        "As many agents start or are ready as were decided, and who was told to go starts nothing.";
    Alert => "alert",
        "An alert changes its state step by step, and fires when it has held long enough.";
    Rest => "rest", "When all tasks have left, nothing waits and nothing is held.";
    Little => "little", "The integral of a number over time is the sum of the stays.";
}
