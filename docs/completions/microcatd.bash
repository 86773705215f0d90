# SPDX-License-Identifier: EUPL-1.2
# Completion for microcatd in bash: options from --help, files, formats.

_microcatd() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local lint= words=

	((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} == lint ]] && lint=lint
	COMPREPLY=()
	case "$previous" in
	-c | --config | --source-file)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	--log-level) words="error warning info debug" ;;
	esac
	if [[ -z $words && $current == -* ]]; then
		words=$("${COMP_WORDS[0]}" $lint --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*' | sort -u)
	elif [[ -z $words && -z $lint ]]; then
		words=lint
	fi
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	else
		mapfile -t COMPREPLY < <(compgen -f -W "ooapi moochub csv" -- "$current")
	fi
}
complete -F _microcatd microcatd
