/// Something that is wrong with a remote.
public enum RemoteError: Error, Equatable, CustomStringConvertible {
    case absent(name: String, folder: String)
    /// rclone ended with an exit code; `words` is the last that it said.
    case program(target: String, code: Int32, words: String)
    case noProgram

    /// The message: a line that stands alone, then facts, then a hint where one is known.
    public var description: String {
        switch self {
        case .absent(let name, let folder):
            """
            remote '\(name)' cannot be reached
              expected: a folder at '\(folder)'
              found:    nothing
            hint: is the share mounted? 'nlpipe push' makes a new remote
            """
        case .program(let target, let code, let words):
            """
            rclone cannot work with '\(target)'
              exit code: \(code)
              it said:   \(words.isEmpty ? "nothing" : words)
            hint: credentials come from the environment, from 'rclone config', or from \
            'nlpipe remote modify --local'; what has been copied stays, and is not copied again
            """
        case .noProgram:
            """
            this remote needs the program rclone, which is not installed
              expected: 'rclone' in a folder of PATH
            hint: 'apt-get install rclone', or https://rclone.org/install; folders need none
            """
        }
    }
}
