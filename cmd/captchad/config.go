package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// configFile gives flags the values of a YAML file. The command line and the
// environment come before it.
type configFile struct {
	path   string
	values map[string]any
}

// find reads the file that the arguments or the environment name. It has to be
// known before the other flags are parsed.
func (f *configFile) find(args []string) error {
	f.path = os.Getenv("CAPTCHAD_CONFIG_FILE")
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--config-file="); ok {
			f.path = value
		} else if arg == "--config-file" && i+1 < len(args) {
			f.path = args[i+1]
		}
	}
	if f.path == "" {
		return nil
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if err := yaml.Unmarshal(text, &f.values); err != nil {
		return fmt.Errorf("configuration %s: %w", f.path, err)
	}
	return nil
}

// Validate refuses keys that are no flags of all commands, of serve or of mock. Which of
// them are of use depends on the command.
func (f *configFile) Validate(app *kong.Application) error {
	flags := app.Flags
	for _, command := range app.Children {
		if command.Name == "serve" || command.Name == "mock" {
			flags = slices.Concat(flags, command.Flags)
		}
	}
	var names []string
	for _, flag := range flags {
		names = append(names, flag.Name)
	}
	for key := range f.values {
		if !slices.Contains(names, key) || key == "config-file" || key == "help" {
			return fmt.Errorf("configuration %s: no option is called %q", f.path, key)
		}
	}
	return nil
}

// Resolve finds the value of a flag.
func (f *configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	switch value := f.values[flag.Name].(type) {
	case []any:
		return joined(value, ","), nil
	case map[string]any:
		var pairs []any
		for name, item := range value {
			pairs = append(pairs, fmt.Sprintf("%s=%v", name, item))
		}
		return joined(pairs, ";"), nil
	case nil:
		return nil, nil
	default:
		if value == "" { // says nothing, as in what the config command prints
			return nil, nil
		}
		return fmt.Sprint(value), nil
	}
}

// joined is how kong reads several values in one text.
func joined(values []any, separator string) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = strings.ReplaceAll(fmt.Sprint(value), separator, `\`+separator)
	}
	return strings.Join(texts, separator)
}

// configCommand prints what flags, environment and file come to.
type configCommand struct{}

// Run prints the configuration as a file that --config-file takes.
func (configCommand) Run(o *Options, p *process) error {
	shown := yaml.MapSlice{
		{Key: "listen", Value: o.Listen},
		{Key: "tls-listen", Value: o.TLSListen},
		{Key: "tls-cert", Value: o.TLSCert},
		{Key: "tls-key", Value: o.TLSKey},
		{Key: "db", Value: masked(o.database(defaultDatabase))},
		{Key: "ledger", Value: masked(o.Ledger)},
		{Key: "master-key-file", Value: o.MasterKeyFile},
		{Key: "base-url", Value: o.BaseURL},
		{Key: "trusted-proxies", Value: append([]string{}, o.TrustedProxies...)},
		{Key: "limits", Value: o.Limits},
		{Key: "limit", Value: o.Limit},
		{Key: "word", Value: o.Word},
		{Key: "metrics", Value: o.Metrics},
		{Key: "metrics-listen", Value: o.MetricsListen},
		{Key: "max-connections", Value: o.MaxConnections},
		{Key: "drain-delay", Value: o.drainDelay(time.Second).String()},
		{Key: "photos", Value: o.Photos},
		{Key: "log-format", Value: o.LogFormat},
		{Key: "log-level", Value: o.LogLevel},
	}
	text, err := yaml.Marshal(shown)
	if err != nil {
		return fmt.Errorf("print configuration: %w", err)
	}
	_, err = p.stdout.Write(text)
	return err
}
