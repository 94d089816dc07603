package cloudbase_test

import (
	"testing"

	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

func TestConversations(t *testing.T) {
	dialecttest.Conversations(t, "../../../testdata/cloudbase/*.txt")
}

func TestLaws(t *testing.T) { dialecttest.Laws(t, cloudbase.Name) }
