# Keeps one server and its folder ($1); both go when standard input ends, however the other side ended.
# Requests: a verb, its words one a line, an empty line. `run` and `wait` answer an exit status, `start` a process id.
folder=$1
signal=$2
server=
# An answer that nobody is left to read must not end us before the cleaning up.
trap : PIPE

# A server that was killed leaves its helpers (Galera: the scripts and rsync of a state transfer).
end_group() { kill -KILL "-$server" 2>/dev/null; }

while read -r verb; do
    set --
    while IFS= read -r word && [ -n "$word" ]; do set -- "$@" "$word"; done
    case $verb in
    run)
        "$@" </dev/null >>"$folder/log" 2>&1
        echo $?
        ;;
    start)
        # In a group of its own, with whatever it starts.
        setsid "$@" </dev/null >>"$folder/log" 2>&1 &
        server=$!
        echo "$server"
        ;;
    wait)
        wait "$server"
        status=$?
        end_group
        echo "$status"
        server=
        ;;
    esac
done

if [ -n "$server" ]; then
    # A stopped process acts on the signal only once it continues.
    kill -"$signal" "$server"
    kill -CONT "$server"
    wait "$server"
    end_group
fi
rm -rf "$folder"
