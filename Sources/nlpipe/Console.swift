import Glibc

/// Where a command prints: results to standard output, everything else to standard error.
struct Console: Sendable {
    /// One of the two outputs.
    struct Output: Sendable {
        let descriptor: Int32
        /// True on a terminal that understands more than plain lines.
        let isTerminal: Bool
        /// True if escape codes for colours may be written.
        let hasColour: Bool

        /// Writes bytes; false once nobody reads any more.
        @discardableResult
        func write(_ bytes: some Collection<UInt8>) -> Bool {
            var rest = Array(bytes)[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                if written < 0 {
                    if errno == EINTR || errno == EAGAIN { continue }
                    return false
                }
                rest = rest.dropFirst(written)
            }
            return true
        }

        /// Writes a text and a newline.
        @discardableResult
        func line(_ text: String) -> Bool { write("\(text)\n".utf8) }

        /// `text` in a style, where the output shows styles.
        func styled(_ text: String, _ style: Style) -> String {
            hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
        }

        /// Columns of the terminal.
        var width: Int {
            var size = winsize()
            guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
                return 80
            }
            return Int(size.ws_col)
        }
    }

    /// Colours and weights by their escape codes.
    enum Style: String {
        case bold = "1", dim = "2", red = "1;31", green = "32", yellow = "33", cyan = "36"
    }

    let out: Output
    let error: Output

    /// Creates a console on the process's outputs; `NO_COLOR` and dumb terminals are heeded.
    init() {
        let plain = Self.isSet("NO_COLOR") || Self.variable("TERM") == "dumb"
        out = Self.output(STDOUT_FILENO, plain: plain)
        error = Self.output(STDERR_FILENO, plain: plain)
    }

    /// Opens what the process was started without (`>&-`): the next file opened would get the
    /// number of an output, and what is printed would go into it.
    static func reserveOutputs() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is the one that is missing.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Says something that should be known but stops nothing.
    func warn(_ message: String) {
        error.line("\(error.styled("warning:", .yellow)) \(message)")
    }

    private static func output(_ descriptor: Int32, plain: Bool) -> Output {
        let isTerminal = isatty(descriptor) == 1 && variable("TERM") != "dumb"
        return Output(
            descriptor: descriptor, isTerminal: isTerminal, hasColour: isTerminal && !plain)
    }

    private static func isSet(_ name: String) -> Bool { variable(name)?.isEmpty == false }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
