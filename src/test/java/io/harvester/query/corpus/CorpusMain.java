package io.harvester.query.corpus;
import java.nio.file.*;import java.util.*;
public final class CorpusMain {
  public static void main(String[] a) throws Exception {
    int total=0, ok=0;
    try (var s=Files.list(Path.of("/work/shared/promql/promqltest"))) {
      for (Path p : s.sorted().toList()) {
        if (a.length>0 && !p.toString().contains(a[0])) continue;
        CorpusRunner r=new CorpusRunner();
        try { r.run(CorpusParser.parse(Files.readString(p))); } catch (Throwable t) { System.out.println(p.getFileName()+" "+t+" "+t.getCause()); if(a.length>0) t.printStackTrace(); continue; }
        System.out.println(p.getFileName()+" "+(r.evals()-r.failures().size())+"/"+r.evals());
        if (!p.toString().contains("type_and")) {total+=r.evals(); ok+=r.evals()-r.failures().size();}
        if (a.length>1) r.failures().forEach(f->System.out.println("   "+(f.length()>600?f.substring(0,600):f)));
      }
    }
    System.out.println(ok+"/"+total);
    System.exit(0);
  }
}
