package control

import (
	"regexp"

	"github.com/gin-gonic/gin"
)

// Routes tells tests which routes there are, as OpenAPI writes them.
func Routes() (routes []string) {
	parameter := regexp.MustCompile(`:([a-z]+)`)
	for _, route := range New(Config{}).(*gin.Engine).Routes() {
		routes = append(routes, route.Method+" "+parameter.ReplaceAllString(route.Path, "{$1}"))
	}
	return routes
}
