package powercut

import (
	"slices"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

const (
	imageName = "disk.img"
	imageNode = 2 // the root is node 1
)

// tape is a FUSE file system with one file, the disk's image, which stays in memory. Fallocate is left out: a loop
// device over it then writes zeros where it would punch holes.
type tape struct {
	fuse.RawFileSystem

	mu     sync.Mutex
	image  []byte
	base   []event
	events []event
}

func newTape(size int) *tape {
	return &tape{RawFileSystem: fuse.NewDefaultRawFileSystem(), image: make([]byte, size)}
}

// remote is a tape as another process commands it, by package net/rpc.
type remote struct{ tape *tape }

// none stands for no argument or no answer.
type none = bool

// Start forgets what was recorded so far.
func (r remote) Start(none, *none) error {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	r.tape.base, r.tape.events = blocks(slices.Clone(r.tape.image)), nil
	return nil
}

// Now answers with the number of events so far.
func (r remote) Now(_ none, events *int) error {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	*events = len(r.tape.events)
	return nil
}

// Recording answers with all that was recorded so far.
func (r remote) Recording(_ none, answer *Recording) error {
	r.tape.mu.Lock()
	defer r.tape.mu.Unlock()
	*answer = Recording{Size: len(r.tape.image), Base: r.tape.base, Events: slices.Clone(r.tape.events)}
	return nil
}

func (t *tape) attributes(node uint64, out *fuse.Attr) fuse.Status {
	switch node {
	case fuse.FUSE_ROOT_ID:
		*out = fuse.Attr{Ino: node, Mode: fuse.S_IFDIR | 0o700, Nlink: 2}
	case imageNode:
		*out = fuse.Attr{Ino: node, Mode: fuse.S_IFREG | 0o600, Nlink: 1, Size: uint64(len(t.image))}
	default:
		return fuse.ENOENT
	}
	return fuse.OK
}

func (t *tape) Lookup(_ <-chan struct{}, in *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	if in.NodeId != fuse.FUSE_ROOT_ID || name != imageName {
		return fuse.ENOENT
	}
	out.NodeId = imageNode
	return t.attributes(imageNode, &out.Attr)
}

func (t *tape) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	return t.attributes(in.NodeId, &out.Attr)
}

// SetAttr changes nothing: the image has one size, and nobody asks for its times.
func (t *tape) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	return t.attributes(in.NodeId, &out.Attr)
}

// Open has the kernel pass every write on at once: its own cache would reorder them where a disk cannot.
func (t *tape) Open(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	out.OpenFlags = fuse.FOPEN_DIRECT_IO
	return fuse.OK
}

func (t *tape) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	t.mu.Lock()
	defer t.mu.Unlock()
	offset := min(in.Offset, uint64(len(t.image)))
	return fuse.ReadResultData(buf[:copy(buf, t.image[offset:])]), fuse.OK
}

func (t *tape) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if in.Offset+uint64(len(data)) > uint64(len(t.image)) {
		return 0, fuse.Status(syscall.ENOSPC)
	}
	e := event{Offset: int(in.Offset), Data: slices.Clone(data)}
	copy(t.image[e.Offset:], e.Data)
	t.events = append(t.events, e)
	return uint32(len(data)), fuse.OK
}

func (t *tape) Fsync(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, event{Flush: true})
	return fuse.OK
}
