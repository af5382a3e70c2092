# Keeps one server and its folder ($1); both go when standard input ends, however the other side ended.
# Requests: a verb, its words one a line, an empty line. `run` and `wait` answer an exit status, `start` a process id.
folder=$1
signal=$2
server=
# An answer that nobody is left to read must not end us before the cleaning up.
trap : PIPE

while read -r verb; do
    set --
    while IFS= read -r word && [ -n "$word" ]; do set -- "$@" "$word"; done
    case $verb in
    run)
        "$@" </dev/null >>"$folder/log" 2>&1
        echo $?
        ;;
    start)
        "$@" </dev/null >>"$folder/log" 2>&1 &
        server=$!
        echo "$server"
        ;;
    wait)
        wait "$server"
        echo $?
        server=
        ;;
    esac
done

if [ -n "$server" ]; then
    # A stopped process acts on the signal only once it continues.
    kill -"$signal" "$server"
    kill -CONT "$server"
    wait "$server"
fi
rm -rf "$folder"
