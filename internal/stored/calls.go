package stored

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// logKeys returns the keys of all attributes that a file gives the log, and calls whose key is not written there: nobody
// could say which those are.
func logKeys(s source) (keys []string, unknown []string) {
	ast.Inspect(s.parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name, ok := selected(n.Fun, "slog")
			if ok && attribute(name) && len(n.Args) > 0 {
				if key, ok := literal(n.Args[0]); ok {
					keys = append(keys, key)
				} else {
					unknown = append(unknown, fmt.Sprintf("%s/%s: slog.%s with a key that is not written there", s.dir, s.file, name))
				}
			}
		case *ast.CompositeLit:
			if name, ok := selected(n.Type, "slog"); ok && name == "Attr" && len(n.Elts) > 0 {
				unknown = append(unknown, fmt.Sprintf("%s/%s: an slog.Attr that no slog function made", s.dir, s.file))
			}
		}
		return true
	})
	return keys, unknown
}

// attribute reports whether a function of slog makes an attribute.
func attribute(name string) bool {
	switch name {
	case "String", "Int", "Int64", "Uint64", "Float64", "Bool", "Time", "Duration", "Any", "Group":
		return true
	}
	return false
}

// flags returns the names of all command-line flags that a file defines.
func flags(s source) (names []string) {
	ast.Inspect(s.parsed, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		set, ok := fun.X.(*ast.CallExpr)
		if !ok || !strings.Contains(fun.Sel.Name, "Var") && !attribute(fun.Sel.Name) {
			return true
		}
		if of, ok := set.Fun.(*ast.SelectorExpr); !ok || !strings.HasSuffix(of.Sel.Name, "Flags") {
			return true
		}
		for _, arg := range call.Args[:min(2, len(call.Args))] {
			if name, ok := literal(arg); ok {
				names = append(names, name)
				break
			}
		}
		return true
	})
	return names
}

// selected returns the name in pkg.name.
func selected(e ast.Expr, pkg string) (name string, ok bool) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	x, ok := s.X.(*ast.Ident)
	return s.Sel.Name, ok && x.Name == pkg
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}
