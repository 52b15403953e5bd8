// Package cluster runs a JetStream cluster of real processes on this machine, so that tests can do to it what happens to
// one: kill a node with -9, freeze it, cut it off from the other nodes or from the clients, and let it return.
//
// Words. A node is one NATS server: a process of its own, with files of its own, which syncs every write unless it is
// told not to. Nodes are counted from 0. A route is what two nodes say to each other. Every route, and every
// connection of a client, leads through a relay of this process: a node's own ports are known to the relays alone. A
// cut makes relays hold what they should carry, as a network does that loses packets: nobody is told, the connections
// stay, and what was held comes late when the cut is healed. [Cluster.Sever] breaks connections instead.
//
//	client -> relay -> node 0 <- relay <- node 1
//	                   node 0 -> relay -> node 1 <- relay <- client
//
// A node is the program itself, started again: a program that uses this package calls [Serve] before anything else,
// a test in TestMain. A node ends when the process that started it ends, however that ends.
//
// Everything of a cluster belongs to [Cluster.Close]. The files lie in the folder of [Config] and stay there, with each
// node's log, for whoever wants to know what happened.
//
// The tests of this package try the ledger on such a cluster while nodes and writers are killed and cut off:
// TOTEM_CLUSTER_SEED repeats a run's choices, TOTEM_CLUSTER_TIME=10m says for how long instead of some seconds. What the
// cluster makes of the choices depends on its own timing as well. With -artifacts the logs of a failed run are kept.
//
// Not modelled: a power cut (what a killed process wrote stays in the kernel's memory; see internal/powercut), clocks
// that differ, and a disk that fails or fills.
package cluster
