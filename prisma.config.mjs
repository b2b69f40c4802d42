/** For Prisma's own command line: `DATABASE_URL=postgres://… npx prisma@7.10.0 migrate deploy`. */
export default {
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] },
};
