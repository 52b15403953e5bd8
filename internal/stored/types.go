package stored

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"reflect"
	"strconv"
	"strings"
)

// source is one file of Go that is no test.
type source struct {
	dir, file string // slash-separated, below the module
	parsed    *ast.File
}

// sources reads all of them below root, without what only tests and the simulator use.
func sources(root fs.FS) ([]source, error) {
	var all []source
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(p, d.Name()):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{path.Dir(p), path.Base(p), parsed})
		return nil
	})
	return all, err
}

func skipped(p, name string) bool {
	if name == "testdata" || p != "." && strings.HasPrefix(name, ".") {
		return true
	}
	switch p {
	case "build", "out", "docs", "cmd/simulator", "internal":
		return p != "internal" // its two shipped packages are read
	}
	return strings.HasPrefix(p, "internal/") && p != "internal/event" && p != "internal/fault"
}

// members returns the members that the struct types of a file have by their json tags, with the names of the types.
func members(place string, file *ast.File) (fields []Field) {
	for _, decl := range file.Decls {
		types, ok := decl.(*ast.GenDecl)
		if !ok || types.Tok != token.TYPE {
			continue
		}
		for _, spec := range types.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok {
				fields = append(fields, membersOf(place, t.Name.Name, t.Type)...)
			}
		}
	}
	return fields
}

// membersOf returns the members below a type, those of nested struct types with the path to them.
func membersOf(place, under string, t ast.Expr) (fields []Field) {
	switch t := t.(type) {
	case *ast.StarExpr:
		return membersOf(place, under, t.X)
	case *ast.ArrayType:
		return membersOf(place, under, t.Elt)
	case *ast.MapType:
		return membersOf(place, under, t.Value)
	case *ast.StructType:
		for _, f := range t.Fields.List {
			if name := tagged(f); name != "" {
				fields = append(fields, Field{place, under + "." + name})
				fields = append(fields, membersOf(place, under+"."+name, f.Type)...)
			}
		}
	}
	return fields
}

// tagged returns the name that a field's json tag gives it, "" for none.
func tagged(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	text, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(reflect.StructTag(text).Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// Values returns the members of a type that is stored as encoding/json writes it, with the path to each.
func Values(place, under string, t reflect.Type) (fields []Field) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isText(t) {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		if name == "-" || !f.IsExported() {
			continue
		}
		fields = append(fields, Field{place, under + "." + name})
		fields = append(fields, Values(place, under+"."+name, f.Type)...)
	}
	return fields
}

// isText reports whether a type is written as one text, and not member by member.
func isText(t reflect.Type) bool {
	for _, marshal := range []string{"MarshalText", "MarshalJSON"} {
		if _, ok := reflect.PointerTo(t).MethodByName(marshal); ok {
			return true
		}
	}
	return false
}
