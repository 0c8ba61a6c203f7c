//! Names of table rows at run time: one u32 newtype per table, so that an agent's number cannot be
//! mistaken for a queue's. Ids are dense: row `i` of a table has id `i`, in the order of the names.

/// Declares an id newtype over u32.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of row `index`.
            ///
            /// # Panics
            /// Beyond u32, which loading excludes.
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("a table has fewer than 2^32 rows"))
            }

            /// The row of the table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An agent, numbered over all pools: pools by name, then agents by number.
    AgentId;
    /// A class of tasks.
    ClassId;
    /// A fault.
    FaultId;
    /// A pool of agents.
    PoolId;
    /// A queue.
    QueueId;
    /// A type of resource.
    ResourceId;
    /// A step, numbered over all workflows: workflows by name, then steps by name.
    StepId;
    /// A workflow.
    WorkflowId;
    /// A workload.
    WorkloadId;
}
