// Command bundle builds the browser scripts in web/dist from their TypeScript
// sources. It is run by go generate in web/.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// scripts are the bundles, by the source that each begins with.
var scripts = map[string]string{
	"captchad.js": "widget/native/captchad.ts",
	"console.js":  "console/console.ts",
	"gt4.js":      "widget/geetest/gt4.ts",
	"load.min.js": "widget/yidun/load.ts",
}

func main() {
	for name := range scripts {
		script, err := bundle(".", name)
		if err == nil {
			err = os.WriteFile(filepath.Join("dist", name), script, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bundle:", err)
			os.Exit(1)
		}
	}
}

// smallStyles makes style sheets texts, without what only people need in them.
var smallStyles = api.Plugin{Name: "styles", Setup: func(build api.PluginBuild) {
	build.OnLoad(api.OnLoadOptions{Filter: `\.css$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		source, err := os.ReadFile(args.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		result := api.Transform(string(source), api.TransformOptions{Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true})
		styles := string(result.Code)
		return api.OnLoadResult{Contents: &styles, Loader: api.LoaderText, Errors: result.Errors}, nil
	})
}}

// bundle builds one script. Folder is where web/ is.
func bundle(folder, name string) ([]byte, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:   []string{filepath.Join(absolute, scripts[name])},
		AbsWorkingDir: absolute,
		Bundle:        true,
		Format:        api.FormatIIFE,
		Target:        api.ES2018, // every browser since 2020 or so
		Charset:       api.CharsetUTF8,
		Plugins:       []api.Plugin{smallStyles},
		MinifySyntax:  true, MinifyWhitespace: true, MinifyIdentifiers: true,
		Banner:        map[string]string{"js": "/* captchad, MIT licence */"},
		LegalComments: api.LegalCommentsNone,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("%s: %s", name, api.FormatMessages(result.Errors, api.FormatMessagesOptions{})[0])
	}
	return result.OutputFiles[0].Contents, nil
}
