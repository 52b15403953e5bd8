package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/fault"
)

func TestTheListHoldsEveryCodeOnceAndInOrder(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared, listed []fault.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			declared = append(declared, fault.Code(code))
		}
		return false
	})
	sentence := regexp.MustCompile(`^[A-Z][^|\n]*\.$`)
	for _, e := range fault.List() {
		listed = append(listed, e.Code)
		if !sentence.MatchString(e.Meaning) || !sentence.MatchString(e.Remedy) {
			t.Errorf("%s: %q, %q", e.Code, e.Meaning, e.Remedy)
		}
	}
	if diff := cmp.Diff(declared, listed); diff != "" {
		t.Errorf("declared, and listed:\n%s", diff)
	}
	if !slices.IsSorted(listed) || len(slices.Compact(slices.Clone(listed))) != len(listed) {
		t.Errorf("out of order, or twice: %v", listed)
	}
}

func TestAnErrorWithoutAFaultIsADefectOfTheProgram(t *testing.T) {
	cause := errors.New("index out of range")
	f := fault.Of(cause)
	if f.Code != fault.CodeInternal || f.Remedy == "" || !errors.Is(f, cause) {
		t.Errorf("got %+v", f)
	}
}

func TestAFaultIsFoundWhereverItIsWrapped(t *testing.T) {
	inner := fault.New(fault.CodeStoreFull, nil, "make room", "the disk %s is full", "sda")
	for _, err := range []error{inner, fmt.Errorf("give a ticket: %w", inner), errors.Join(errors.New("close"), inner)} {
		if fault.Of(err) != inner {
			t.Errorf("not found in %v", err)
		}
	}
	if got := inner.Error(); got != "the disk sda is full" {
		t.Errorf("got %q", got)
	}
}

func TestAReasonLeavesOutThePathThatTheSentenceNames(t *testing.T) {
	_, err := os.Open("nowhere/at/all")
	if got := fault.Reason(fmt.Errorf("read: %w", err)); got.Error() != "no such file or directory" || !errors.Is(got, fs.ErrNotExist) {
		t.Errorf("got %q", got)
	}
	if other := errors.New("other"); fault.Reason(other) != other {
		t.Error("another error was changed")
	}
}
