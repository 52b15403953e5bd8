package central

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// varzSubject asks every server for its state and settings. Only the system account may, and whom it lets.
const varzSubject = "$SYS.REQ.SERVER.PING.VARZ"

// varz is what a server answers, as far as it matters here.
type varz struct {
	Server struct {
		Name    string `json:"name"`
		Version string `json:"ver"`
	} `json:"server"`
	Data struct {
		JetStream struct {
			Config *struct {
				SyncInterval time.Duration `json:"sync_interval"`
				SyncAlways   bool          `json:"sync_always"`
			} `json:"config"` // nil for a server without JetStream
			Meta *struct {
				Leader   string `json:"leader"`
				Size     int    `json:"cluster_size"`
				Replicas []struct {
					Name    string `json:"name"`
					Current bool   `json:"current"`
					Offline bool   `json:"offline"`
				} `json:"replicas"`
			} `json:"meta"` // nil for a server without a cluster
		} `json:"jetstream"`
	} `json:"data"`
}

// Versions of NATS servers that matter. Before the oldest, two writers could both win in a cluster; before the swift,
// syncing every write of many writers takes several times as long.
const (
	oldestServer = "2.10.0"
	swiftServer  = "2.15.0"
)

func (x *examination) lookAtServers(ctx context.Context, conn *nats.Conn) {
	var servers []varz
	if x.cluster.System != nil {
		servers = gather(ctx, x.cluster.System)
	}
	if len(servers) == 0 {
		servers = gather(ctx, conn)
	}
	if len(servers) == 0 {
		x.unseen(conn)
		return
	}
	x.lookAtVersions(servers)
	x.lookAtNodes(servers)
	x.lookAtSync(servers)
}

// unseen says what is known of servers that show nothing of themselves.
func (x *examination) unseen(conn *nats.Conn) {
	const show = "to have it looked at, name the data directory whose identity the servers were set up for, or let the system account export the service " +
		varzSubject + " (response_type: stream) to the scheduler's account, which imports it"
	state, cause, remedy := judgeVersions([]string{conn.ConnectedServerVersion()})
	x.find("version", state, cause+" (of the server that answers; others cannot be seen with these credentials)", remedy)
	switch alone := conn.ConnectedClusterName() == ""; {
	case alone && x.cluster.Replicas > 1:
		x.tooFew(1)
	case alone && x.cluster.Replicas == 1:
		x.find("servers", Good, "one server, as many copies as are asked for", "")
	default:
		x.find("servers", Attention, "how many there are cannot be seen with these credentials; asked for: "+several(x.cluster.Replicas, "copy", "copies"), show)
	}
	x.find("sync interval", Attention, "it cannot be seen with these credentials; unless it is always, acknowledged writes are lost when power fails",
		"see that every server has sync_interval: always in its jetstream block; "+show)
}

// gather returns what the servers answer, until they are silent; nothing where nobody may ask.
func gather(ctx context.Context, conn *nats.Conn) (servers []varz) {
	ctx, cancel := context.WithTimeout(ctx, fitnessWait)
	defer cancel()
	inbox := conn.NewRespInbox()
	answers, err := conn.SubscribeSync(inbox)
	if err != nil {
		return nil
	}
	defer func() { _ = answers.Unsubscribe() }() // the connection may be gone, and then it is off anyway
	if err := conn.PublishRequest(varzSubject, inbox, nil); err != nil {
		return nil
	}
	const firstWait, nextWait = 2 * time.Second, 300 * time.Millisecond
	for wait := firstWait; ; wait = nextWait {
		waiting, stop := context.WithTimeout(ctx, wait)
		msg, err := answers.NextMsgWithContext(waiting)
		stop()
		var v varz
		if err != nil || json.Unmarshal(msg.Data, &v) != nil || v.Server.Name == "" {
			return servers
		}
		servers = append(servers, v)
	}
}

func (x *examination) lookAtVersions(servers []varz) {
	var versions []string
	for _, s := range servers {
		versions = append(versions, s.Server.Version)
	}
	state, cause, remedy := judgeVersions(versions)
	x.find("version", state, cause, remedy)
}

func judgeVersions(versions []string) (state Condition, cause, remedy string) {
	var old, slow []string
	for _, v := range versions {
		switch {
		case before(v, oldestServer):
			old = append(old, v)
		case before(v, swiftServer):
			slow = append(slow, v)
		}
	}
	switch {
	case len(old) > 0:
		return Unfit, "NATS " + some(old) + " lets two writers win the same slot in a cluster", "update the servers to " + swiftServer + " or newer"
	case len(slow) > 0:
		return Attention, "NATS " + some(slow) + " is slow when many book at once and every write is synced", "update the servers to " + swiftServer + " or newer"
	}
	return Good, "NATS " + some(versions), ""
}

// before reports whether a version is older than another. One that is not understood is not.
func before(version, other string) bool {
	a, okA := numbers(version)
	b, okB := numbers(other)
	for i := range a {
		if a[i] != b[i] {
			return okA && okB && a[i] < b[i]
		}
	}
	return false
}

// numbers splits "2.15.2-beta" into its three numbers.
func numbers(version string) (n [3]int, ok bool) {
	version, _, _ = strings.Cut(strings.TrimPrefix(version, "v"), "-")
	parts := strings.Split(version, ".")
	if len(parts) != len(n) {
		return n, false
	}
	var wrong error
	for i, part := range parts {
		var err error
		n[i], err = strconv.Atoi(part)
		wrong = errors.Join(wrong, err)
	}
	return n, wrong == nil
}

// lookAtNodes compares the copies that are asked for with the servers that could keep one.
func (x *examination) lookAtNodes(servers []varz) {
	size, led := 0, false
	var away, behind []string
	for _, s := range servers {
		if s.Data.JetStream.Config != nil {
			size++
		}
	}
	for _, s := range servers {
		meta := s.Data.JetStream.Meta
		if meta == nil {
			continue
		}
		size = max(size, meta.Size)
		led = led || meta.Leader != ""
		if meta.Leader != s.Server.Name {
			continue
		}
		for _, r := range meta.Replicas {
			switch {
			case r.Offline:
				away = append(away, r.Name)
			case !r.Current:
				behind = append(behind, r.Name)
			}
		}
	}
	switch {
	case size < x.cluster.Replicas:
		x.tooFew(size)
	case size > 1 && !led:
		x.find("servers", Unfit, "they have no leader: not enough of them run, or see each other", "start them, and check the network between them")
	case len(away) > 0:
		x.find("servers", Attention, some(away)+" cannot be reached by the others; of "+several(size, "server", "servers")+" a majority must run", "start it, and check the network between the servers")
	case len(behind) > 0:
		x.find("servers", Attention, some(behind)+" is not in step: it is down, cut off, or catching up", "look again in a minute; if it lasts, start it, and check the network between the servers")
	default:
		x.find("servers", Good, several(size, "server", "servers")+" with JetStream, for "+several(x.cluster.Replicas, "copy", "copies"), "")
	}
}

func (x *examination) tooFew(size int) {
	x.find("servers", Unfit, several(x.cluster.Replicas, "copy", "copies")+" are asked for, and the cluster has "+several(size, "server", "servers")+" with JetStream",
		"add servers to the cluster, or ask for fewer copies with --replicas")
}

// lookAtSync looks whether every server has on its disk what it acknowledges.
func (x *examination) lookAtSync(servers []varz) {
	var late []string
	for _, s := range servers {
		if c := s.Data.JetStream.Config; c != nil && !c.SyncAlways {
			late = append(late, fmt.Sprintf("%s (%s)", s.Server.Name, c.SyncInterval))
		}
	}
	if len(late) > 0 {
		x.find("sync interval", Unfit, "it is not always at "+some(late)+": what was acknowledged since the last sync is lost when power fails",
			"set sync_interval: always in the jetstream block of every server's configuration, and start the servers again, one after the other")
		return
	}
	x.find("sync interval", Good, "always", "")
}
