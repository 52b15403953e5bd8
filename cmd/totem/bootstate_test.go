package main

import (
	"context"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
	"example.org/totem/hw/esp"
	"example.org/totem/internal/disk/fat"
)

// card FILE makes the small partition of a new card; card FILE COPY... spoils the first sector of copies of its boot state.
func makeCard(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: card FILE [COPY...]")
	}
	path := ts.MkAbs(args[0])
	for _, name := range args[1:] {
		p, err := esp.Open(path)
		ts.Check(err)
		ts.Check(p.Overwrite(name, 0, make([]byte, bootstate.Sector)))
		ts.Check(p.Close())
	}
	if len(args) > 1 {
		return
	}
	const size = 16 << 20
	block := bootstate.Defaults().Encode()
	files := map[string][]byte{}
	for _, name := range bootenv.Names() {
		files[name] = block[:]
	}
	ts.Check(os.WriteFile(path, nil, 0o600))
	ts.Check(os.Truncate(path, size))
	ts.Check(fat.Make(context.Background(), path, 0, fat.Spec{Size: size, Label: "TOTEM", Time: time.Unix(0, 0).AddDate(20, 0, 0), Files: files}))
}
