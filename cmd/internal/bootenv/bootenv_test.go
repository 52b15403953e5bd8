package bootenv_test

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
	"example.org/totem/hw/esp"
)

// paper is a card in memory that notes what is written.
type paper struct {
	files   map[string][]byte
	written []string
	broken  error
}

func newPaper(one, two bootstate.State) *paper {
	first, second := one.Encode(), two.Encode()
	return &paper{files: map[string][]byte{"totem/env1": first[:], "totem/env2": second[:]}}
}

func (p *paper) ReadFile(name string) ([]byte, error) {
	if b, ok := p.files[name]; ok {
		return slices.Clone(b), nil
	}
	return nil, fs.ErrNotExist
}

func (p *paper) Overwrite(name string, offset int64, b []byte) error {
	if offset+int64(len(b)) > int64(len(p.files[name])) {
		return esp.ErrSize
	}
	if p.broken == nil {
		copy(p.files[name][offset:], b)
		p.written = append(p.written, name)
	}
	return p.broken
}

func TestAChangeIsOneSectorOfTheCopyThatDoesNotCountAndTwoOfOneThatIsNotWhole(t *testing.T) {
	first := bootstate.Defaults()
	second := first.Succeed(first.SetPrimary(bootstate.B))
	for _, c := range []struct {
		name  string
		card  *paper
		next  bootstate.State
		wrote []string
	}{
		{"nothing is new", newPaper(first, first), first, nil},
		{"the first counts", newPaper(first, first), second, []string{"totem/env2"}},
		{"the second counts", newPaper(first, second), first, []string{"totem/env1"}},
		{"the second is no longer whole", spoiled(newPaper(first, second), "totem/env2"), first, []string{"totem/env2", "totem/env2"}},
		{"neither is whole", spoiled(spoiled(newPaper(first, second), "totem/env1"), "totem/env2"), first,
			[]string{"totem/env1", "totem/env1", "totem/env2", "totem/env2"}},
		{"one is gone, and nothing is new", without(newPaper(first, second), "totem/env1"), second, nil},
		{"one is gone", without(newPaper(first, second), "totem/env1"), first, []string{"totem/env2"}},
		{"one is gone and the other not whole", spoiled(without(newPaper(first, second), "totem/env1"), "totem/env2"), second, []string{"totem/env2", "totem/env2"}},
	} {
		env, err := bootenv.Read(c.card)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		written, err := env.Change(c.card, c.next)
		if err != nil || written != (len(c.wrote) > 0) || !slices.Equal(c.card.written, c.wrote) {
			t.Errorf("%s: it wrote %v (%v), want %v; %v", c.name, c.card.written, written, c.wrote, err)
		}
		if after, err := bootenv.Read(c.card); err != nil || !after.State.Same(c.next) {
			t.Errorf("%s: the card says %+v, want %+v; %v", c.name, after.State, c.next, err)
		}
	}
}

func TestACardWithoutAnyCopyIsAnError(t *testing.T) {
	if _, err := bootenv.Read(&paper{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is %v", err)
	}
}

func TestAWriteThatFailsIsTold(t *testing.T) {
	card := newPaper(bootstate.Defaults(), bootstate.Defaults())
	env, err := bootenv.Read(card)
	if err != nil {
		t.Fatal(err)
	}
	card.broken = esp.ErrBack
	if written, err := env.Change(card, env.State.SetPrimary(bootstate.B)); written || !errors.Is(err, esp.ErrBack) {
		t.Errorf("it is %v, %v", written, err)
	}
}

func spoiled(p *paper, name string) *paper {
	copy(p.files[name], make([]byte, bootstate.Sector))
	return p
}

func without(p *paper, name string) *paper {
	delete(p.files, name)
	return p
}
