package store

import (
	"context"
	"database/sql"
	"slices"

	"example.org/totem/sync/wire"
)

// Peers returns the other totems of the office that can be reached on its network, as the scheduler told last ([Store.Take]), in
// order of their names.
func (s *Store) Peers(ctx context.Context) ([]wire.Peer, error) {
	rows, err := s.read.rows(ctx, "peers")
	if err != nil {
		return nil, faultOf("read the peers", err)
	}
	all, err := peersOf(rows)
	return all, faultOf("read the peers", err)
}

// putPeers puts peers in the place of all that were told before.
func (t tx) putPeers(all []wire.Peer) error {
	rows, err := t.rows("peers")
	if err != nil {
		return err
	}
	known, err := peersOf(rows)
	if err != nil || slices.Equal(known, all) {
		return err
	}
	if err := t.exec("peers_erase"); err != nil {
		return err
	}
	for _, p := range all {
		if err := t.exec("peer_put", string(p.Totem), p.Key, p.Address); err != nil {
			return err
		}
	}
	return nil
}

func peersOf(rows *sql.Rows) ([]wire.Peer, error) {
	defer rows.Close()
	var all []wire.Peer
	for rows.Next() {
		var p wire.Peer
		if err := rows.Scan(&p.Totem, &p.Key, &p.Address); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}
