# SPDX-License-Identifier: EUPL-1.2
# Completion for microcat in bash: commands, their options from --help, ids of sources.

_microcat_words() {
	microcat "$@" 2>/dev/null
}

_microcat() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local commands="search show explain suggest stats sources runs quality changes status lint harvest confirm restore replay reload"
	local command= word

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		if [[ " $commands " == *" $word "* ]]; then
			command=$word
			break
		fi
	done
	COMPREPLY=()
	case "$previous" in
	--socket | --source-file)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	--sort)
		mapfile -t COMPREPLY < <(compgen -W "relevance title ects level start changed" -- "$current")
		return
		;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current")
		return
		;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_microcat_words $command --help | grep -o '^  --[a-z-]*')" -- "$current")
		return
	fi
	case "$command" in
	"")
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
		;;
	sources | runs | quality | harvest | confirm | restore | replay)
		mapfile -t COMPREPLY < <(compgen -W "$(_microcat_words sources --csv | tail -n +2 | cut -d, -f1)" -- "$current")
		;;
	lint)
		mapfile -t COMPREPLY < <(compgen -f -W "ooapi moochub csv" -- "$current")
		;;
	esac
}
complete -F _microcat microcat
