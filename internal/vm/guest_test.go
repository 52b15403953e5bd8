package vm_test

import (
	"context"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/internal/vm"
)

// tiny is a guest of 100 bytes, a PC's boot sector. It writes "hello" to the first serial line, writes itself to sector 7 of the disk
// (interrupt 13h, function 43h), says "written" or "failed", and halts.
//
//	00 xor ax,ax; mov ds,ax; mov ss,ax; mov sp,7C00   set up
//	09 mov si,hello; call say                          0F mov si,packet; mov ax,4300; mov dl,80; int 13
//	19 mov si,done; jnc 21; mov si,fail               21 call say     24 hlt; jmp 24
//	27 say: wait until 3FD has bit 5; next byte of si to 3F8, until one is 0
//	3C packet: 16 bytes, 1 sector, from 0000:7C00, to sector 7    4C the words
const tiny = "31c08ed88ed0bc007cbe4c7ce81800be3c7cb80043b280cd13be537c7303be5c7ce80300f4ebfdbafd03eca82074fbbaf803ac84c07403eeebedc39010000100007c0000" +
	"070000000000000068656c6c6f0a007772697474656e0a006661696c65640a00"

// TestATinyGuestIsSeenHeardLoggedAndReplayed starts a real QEMU, where TOTEM_VM is set.
func TestATinyGuestIsSeenHeardLoggedAndReplayed(t *testing.T) {
	if os.Getenv("TOTEM_VM") == "" {
		t.Skip("TOTEM_VM=1 starts a machine")
	}
	if err := vm.Missing(vm.AMD64); err != nil {
		t.Skip(err)
	}
	dir, err := os.MkdirTemp("", "vm") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	code, err := hex.DecodeString(tiny)
	if err != nil {
		t.Fatal(err)
	}
	const size = 1 << 20
	image := make([]byte, size)
	copy(image, code)
	image[510], image[511] = 0x55, 0xAA
	disk, log := filepath.Join(dir, "disk"), filepath.Join(dir, "log")
	if err := os.WriteFile(disk, image, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	said := make(chan string, 100)
	m, err := vm.Start(ctx, vm.Config{Arch: vm.AMD64, BIOS: true, MemoryMB: 64, CPUs: 1, Disk: disk, Dir: dir, Log: log, NoWatchdog: true,
		Console: func(line string) { said <- line }})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Kill()
	for line := ""; !strings.Contains(line, "written"); {
		select {
		case line = <-said:
		case <-ctx.Done():
			t.Fatalf("the guest is silent: %v", m.Console.Lines(0))
		}
	}
	if p, err := m.Screen(ctx); err != nil || p.Rect.Empty() {
		t.Errorf("screen: %v", err)
	}
	if err := m.Reset(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Await(ctx, "RESET"); err != nil {
		t.Error(err)
	}
	if err := m.Do(ctx, "quit", nil, nil); err != nil {
		t.Error(err)
	}
	<-m.Ended()
	replayed(t, disk, log, image)
}

// replayed plays the log on the disk as it was and compares it with the disk as it is.
func replayed(t *testing.T, disk, path string, before medium) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	log, err := vm.ReadLog(file, info.Size(), int64(len(before)))
	if err != nil {
		t.Fatal(err)
	}
	var last vm.Cut
	for c := range log.Cuts(rand.New(rand.NewPCG(1, 1)), 0) {
		last = c
	}
	player := &vm.Player{Log: log, Disk: before}
	err = player.Show(last, func() error {
		after, err := os.ReadFile(disk)
		if err == nil && string(after) != string(before) {
			t.Error("the replayed disk is another than the one that was written")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if string(before[7*vm.Sector:7*vm.Sector+8]) != string(before[:8]) {
		t.Errorf("the guest's write is not in the log of %d entries", len(log.Entries))
	}
}
