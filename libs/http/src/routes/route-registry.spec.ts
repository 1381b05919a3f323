import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { IsString } from 'class-validator';
import { IsId } from '../validation/members.ts';
import { describe, expect, it } from 'vitest';
import { createHttpEdge } from '../edge/http-edge.ts';
import { probeServer } from '../testing/probe-server.ts';
import { validated } from '../validation/validated.ts';
import { AlsoRequires, Authenticated, Idempotency, Public, Requires } from './route-declaration.ts';
import { UndeclaredRoutes } from './route-registry.ts';

class Note {
  @IsString()
  text!: string;
}

class Place {
  @IsId()
  parent_id!: string;

  @IsString()
  other_id!: string;
}

@Controller('declared')
class Declared {
  @Get(':tenant')
  @Requires('tenant', 'view')
  @Idempotency('safe')
  read() {
    return {};
  }

  @Post()
  @HttpCode(200)
  @Idempotency('key')
  @Authenticated()
  write(@Body(validated) note: Note) {
    return note;
  }

  @Post(':tenant/:workspace/move')
  @Requires('workspace', 'own')
  @AlsoRequires('parent_id', 'workspace', 'create_child')
  @Idempotency('key')
  move(@Body(validated) place: Place) {
    return place;
  }
}

@Controller('planted')
class WithoutPermission {
  @Get()
  @Idempotency('safe')
  read() {
    return {};
  }
}

@Controller('planted')
class WithoutIdempotency {
  @Get()
  @Public()
  read() {
    return {};
  }
}

@Controller('planted')
class WithWrongIdempotency {
  @Delete()
  @Public()
  @Idempotency('safe')
  remove() {
    return {};
  }
}

@Controller('planted')
class WithoutValidation {
  @Post()
  @Public()
  @Idempotency('key')
  write(@Body() note: Note, @Query() query: Note) {
    return { note, query };
  }
}

@Controller('planted')
class WithoutTenantInPath {
  @Get(':user')
  @Requires('workspace', 'view')
  @Idempotency('safe')
  read() {
    return {};
  }
}

@Controller('planted')
class WithLooseIdInBody {
  @Post(':tenant/:workspace')
  @Requires('workspace', 'own')
  @AlsoRequires('other_id', 'workspace', 'create_child')
  @Idempotency('key')
  write(@Body(validated) place: Place) {
    return place;
  }
}

@Controller('planted')
class WithIdOfNoBody {
  @Post(':tenant/:workspace')
  @Requires('workspace', 'own')
  @AlsoRequires('parent_id', 'workspace', 'create_child')
  @Idempotency('key')
  write() {
    return {};
  }
}

@Controller('planted')
class WithBodyInsteadOfPath {
  @Post()
  @Authenticated()
  @AlsoRequires('parent_id', 'workspace', 'create_child')
  @Idempotency('key')
  write(@Body(validated) place: Place) {
    return place;
  }
}

describe('H-2 a route that is not fully declared stops the boot', () => {
  it.each([
    ['its permission', WithoutPermission, 'GET /planted declares no permission'],
    ['its idempotency class', WithoutIdempotency, 'GET /planted declares no idempotency class'],
    ['the idempotency class of its method', WithWrongIdempotency, "DELETE /planted is declared 'safe', but a DELETE is 'natural'"],
    ['validation of its body and query', WithoutValidation, 'POST /planted takes its body and query without validation'],
    [
      'the tenant and workspace in its path',
      WithoutTenantInPath,
      'asks for a permission on what its path does not name (:tenant, :workspace)',
    ],
    [
      'an id where the body names what it asks about',
      WithLooseIdInBody,
      'asks for a permission on what its body does not name by an id (other_id)',
    ],
    ['a body that names what it asks about', WithIdOfNoBody, 'asks for a permission on what its body does not name by an id (parent_id)'],
    ['a permission on its path beside that of its body', WithBodyInsteadOfPath, 'but for none on what its path names'],
  ])('H-2 without %s', async (_what, controller, complaint) => {
    const boot = probeServer([Declared, controller]);
    await expect(boot).rejects.toThrow(UndeclaredRoutes);
    await expect(boot).rejects.toThrow(complaint);
  });

  it('H-2 also when no controller is involved: a route that a plugin adds to the server itself', async () => {
    const { instance } = createHttpEdge();
    instance.get('/backdoor', () => ({}));
    await expect(instance.ready()).rejects.toThrow('GET /backdoor declares no permission');
  });

  it('every declared route is known by method and path, HEAD included', async () => {
    const { edge, app } = await probeServer([Declared]);
    expect(edge.routes.routes.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'GET /declared/:tenant',
      'HEAD /declared/:tenant',
      'POST /declared',
      'POST /declared/:tenant/:workspace/move',
    ]);
    await app.close();
  });

  it('H-2 what a body must name is known with the route', async () => {
    const { edge, app } = await probeServer([Declared]);
    const move = edge.routes.routes.find(({ url }) => url.endsWith('/move'));
    expect(move?.also).toEqual([{ member: 'parent_id', resource: 'workspace', permission: 'create_child', isId: true }]);
    await app.close();
  });
});
