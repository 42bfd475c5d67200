import json, sys, types

given = json.load(sys.stdin)
try:
    for name, source in given["modules"].items():
        module = sys.modules[name] = types.ModuleType(name)
        exec(compile(source, name + ".py", "exec"), vars(module))
    answer = module.run(given["arguments"])
except Exception as error:
    line = error.__traceback__
    while line.tb_next:
        line = line.tb_next
    answer = {"changed": False, "problem": f"{type(error).__name__}: {error} ({line.tb_frame.f_code.co_filename}:{line.tb_lineno})"}
print(json.dumps(answer))
