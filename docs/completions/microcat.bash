# SPDX-License-Identifier: EUPL-1.2
# Completion for microcat in bash: commands, their options from --help, ids of
# sources from the daemon, and the values of options that have few.

# The program as it was typed, with the socket that was typed.
_microcat_ask() {
	local i socket=()

	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == --socket ]] && socket=(--socket "${COMP_WORDS[i + 1]}")
	done
	"${COMP_WORDS[0]}" "${socket[@]}" "$@" 2>/dev/null
}

_microcat() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local commands="search show explain suggest stats sources runs quality changes status lint harvest confirm restore replay reload"
	local filters="subject level size lang country provider alliance mode source start open price credential stackable"
	local command= words= word

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
	--sort) words="relevance title ects level start changed" ;;
	--color) words="auto always never" ;;
	--size) words="nano micro course pathway macro" ;;
	--stackable) words="stand-alone stackable integrated" ;;
	--mode) words="online presential blended hybrid work-based" ;;
	--price) words="free" ;;
	--open) words="today" ;;
	--from) words="declared converted nqf cycle hours inferred" ;;
	--by) words=$filters ;;
	--facets) words="all $filters" ;;
	--source) words=$(_microcat_ask sources --csv | tail -n +2 | cut -d, -f1) ;;
	esac
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
		return
	fi
	if [[ $current == -* ]]; then
		words=$(_microcat_ask $command --help | grep -o '^  --[a-z-]*')
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
		return
	fi
	case "$command" in
	"") words=$commands ;;
	stats) words=$filters ;;
	sources | runs | quality | harvest | confirm | restore | replay)
		words=$(_microcat_ask sources --csv | tail -n +2 | cut -d, -f1)
		;;
	lint)
		mapfile -t COMPREPLY < <(compgen -f -W "ooapi moochub csv" -- "$current")
		return
		;;
	esac
	[[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _microcat microcat
