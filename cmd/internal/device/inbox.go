package device

import (
	"reflect"
	"slices"
	"sync"

	"example.org/totem/kiosk"
)

// inbox keeps what people do at the front, and what becomes of its parts, until the conversation hears it, in order. Its methods
// may be called from any goroutine, and none of them waits.
type inbox struct {
	wake chan struct{} // has a token while something waits

	mu   sync.Mutex
	all  []kiosk.Msg
	lost bool // since nothing waited
}

// handBuffer is how many messages may wait for the conversation. Nobody is that far ahead of it but a part that is broken.
const handBuffer = 64

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

// put adds a message. Where too many wait, what somebody does is left out, and so is what was to be said; how a part is takes
// the place of how it was before, for nobody would tell it again. It reports the first loss since nothing waited.
func (b *inbox) put(m kiosk.Msg) (lost bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.all) >= handBuffer {
		if !lasts(m) {
			_, said := m.(kiosk.Spoken)
			first := !b.lost && !said
			b.lost = b.lost || first
			return first
		}
		b.all = slices.DeleteFunc(b.all, func(old kiosk.Msg) bool { return reflect.TypeOf(old) == reflect.TypeOf(m) })
	}
	b.all = append(b.all, m)
	wake(b.wake)
	return false
}

// lasts reports whether m says how something is from now on.
func lasts(m kiosk.Msg) bool {
	switch m.(type) {
	case kiosk.HeadsetChanged, kiosk.KeypadChanged, kiosk.TouchChanged:
		return true
	}
	return false
}

// next takes the oldest message out, nil where none waits.
func (b *inbox) next() kiosk.Msg {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.all) == 0 {
		return nil
	}
	m := b.all[0]
	b.all = slices.Delete(b.all, 0, 1) // which leaves nothing of it in memory
	if len(b.all) == 0 {
		b.all, b.lost = nil, false
		return m
	}
	wake(b.wake)
	return m
}

// empty leaves out all that waits: it was meant for what was on the glass before.
func (b *inbox) empty() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.all)
	b.all, b.lost = nil, false
}
