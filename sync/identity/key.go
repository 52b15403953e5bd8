package identity

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/internal/fault"
)

// Make returns the public half of a key that is to be enrolled, whose private half is durable in the folder. A key that
// an earlier try has made and that never came into force is taken again: the scheduler may have enrolled it without
// its answer having come back. Otherwise it is the key in force, or a new one if there is none or anew says so; that
// takes the place of the old one at Keep. random is a cryptographic source. An identity that cannot be used is a
// *fault.Fault of CodeIdentity, unless anew.
func (f *Folder) Make(random io.Reader, anew bool) (key string, err error) {
	if err := os.Mkdir(f.dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", f.unusable(err, f.dir)
	}
	c, err := f.load()
	none := err != nil && fault.Of(err).Code == fault.CodeUnprovisioned
	switch tried := f.tried(c); {
	case err != nil && !none && !anew:
		return "", err
	case tried != "" && (err == nil || none && !anew):
		return tried, nil
	case err == nil && !anew:
		return c.claims.Subject, nil
	}
	return f.draw(random)
}

// tried returns a sound key that is not the one in force, "" for none.
func (f *Folder) tried(c loaded) string {
	for _, key := range f.seeds() {
		seed, err := f.seed(key)
		clear(seed)
		if err == nil && (c.claims == nil || key != c.claims.Subject) {
			return key
		}
	}
	return ""
}

func (f *Folder) draw(random io.Reader) (key string, err error) {
	var raw [32]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("draw a key: %w", err)
	}
	defer clear(raw[:])
	seed, err := nkeys.EncodeSeed(nkeys.PrefixByteUser, raw[:])
	if err != nil {
		return "", fmt.Errorf("draw a key: %w", err)
	}
	defer clear(seed)
	if key, err = publicHalf(seed); err != nil {
		return "", fmt.Errorf("draw a key: %w", err)
	}
	return key, f.write(key+seedEnding, append(seed, '\n'))
}

// seed returns the private half of a key. The caller clears it.
func (f *Folder) seed(key string) ([]byte, error) {
	path := f.seedPath(key)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New(fault.CodeIdentity, nil, "provision this totem anew, with --new-key and a new token",
			"the totem's key %s is gone", path)
	case err != nil:
		return nil, f.unusable(err, path)
	case !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0:
		return nil, fault.New(fault.CodeIdentity, nil,
			"somebody else may have read it: provision this totem anew, with --new-key and a new token; the old key is revoked by that",
			"the totem's key %s can be read by others (%v)", path, info.Mode())
	}
	data, err := readBounded(path)
	if err != nil {
		return nil, f.unusable(err, path)
	}
	seed := data[:max(len(data)-1, 0)] // without its line end
	if found, err := publicHalf(seed); err != nil || found != key {
		clear(data)
		return nil, f.damaged(err, path)
	}
	return seed, nil
}

func publicHalf(seed []byte) (string, error) {
	pair, err := nkeys.FromSeed(seed)
	if err != nil {
		return "", err
	}
	defer pair.Wipe()
	return pair.PublicKey()
}

// draftFiles is what files are called before they are whole.
const draftFiles = ".draft-*"

// readBounded reads a file that is no longer than any of ours.
func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxFile))
}

// write makes a file durable: after a power cut it is there as a whole, or as it was before. It belongs to whoever the
// folder above belongs to, so that an administrator may provision a totem that runs as another user.
func (f *Folder) write(name string, data []byte) (err error) {
	path := filepath.Join(f.dir, name)
	defer func() {
		if err != nil {
			err = f.unusable(err, path)
		}
	}()
	draft, err := os.CreateTemp(f.dir, draftFiles) // readable by its owner alone
	if err != nil {
		return err
	}
	_, err = draft.Write(data)
	if err = errors.Join(err, draft.Sync(), draft.Close(), f.own(draft.Name())); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return errors.Join(f.own(f.dir), syncFolder(f.dir), syncFolder(filepath.Dir(f.dir)))
}

// abandoned is how much older than the credentials a draft is that nobody writes any more.
const abandoned = time.Hour

// sweep removes the drafts of processes that are gone: there may be a seed in one.
func (f *Folder) sweep() error {
	kept, err := os.Stat(filepath.Join(f.dir, credentialsFile))
	if err != nil {
		return f.unusable(err, f.dir)
	}
	drafts, err := filepath.Glob(filepath.Join(f.dir, draftFiles))
	for _, path := range drafts {
		if info, gone := os.Lstat(path); gone == nil && kept.ModTime().Sub(info.ModTime()) > abandoned {
			err = errors.Join(err, os.Remove(path))
		}
	}
	if err != nil {
		return f.unusable(err, f.dir)
	}
	return nil
}

// own gives a file to the owner of the folder that the identity's folder is in, where that is not whoever runs this.
func (f *Folder) own(path string) error {
	info, err := os.Stat(filepath.Dir(f.dir))
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || owner.Uid == 0 {
		return nil
	}
	return os.Lchown(path, int(owner.Uid), int(owner.Gid))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
