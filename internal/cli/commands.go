package cli

import "github.com/spf13/cobra"

// commands is every command in the order of the help.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		demoCommand(a), todayCommand(a), dailyCommand(a), briefCommand(a), caseCommand(a), statementCommand(a), portfolioCommand(a), dueCommand(a), closeoutCommand(a), snoozeCommand(a),
		recordCommand(a), planCommand(a), noteCommand(a), writeCommand(a), pulseCommand(a), attachCommand(a), detachCommand(a), consentCommand(a), askedCommand(a), voidCommand(a), undoCommand(a),
		addCommand(a), editCommand(a), changeCommand(a), tagCommand(a), tagsCommand(a), relateCommand(a), joinCommand(a), takeoffCommand(a), showCommand(a),
		attachmentsCommand(a), listCommand(a), peopleCommand(a), viewCommand(a), linkCommand(a), findCommand(a),
		suggestionsCommand(a), duplicatesCommand(a), apartCommand(a), mergeCommand(a), unmergeCommand(a), eraseCommand(a), subjectCommand(a),
		importCommand(a), mailboxCommand(a), exportCommand(a),
		initCommand(a), memberCommand(a), auditCommand(a), outboxCommand(a), playbookCommand(a), fieldCommand(a),
		verifyCommand(a), rebuildCommand(a), backupCommand(a), restoreCommand(a), copyCommand(a), serveCommand(a), tokenCommand(a), versionCommand(a), wordsTopic(a),
	}
}
