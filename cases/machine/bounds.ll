; Accesses within and out of the bounds of an object. An access is judged against the object that
; its address belongs to, whatever else lies at that address.
;
; @constant_inside: held
; @constant_behind: fails undefined-behaviour: write of 1 bytes out of the bounds
; @constant_before: fails undefined-behaviour: read of 1 bytes out of the bounds
; @last_bytes: held
; @partly_behind: fails undefined-behaviour: read of 4 bytes out of the bounds
; @symbolic_inside: held
; @symbolic_behind: fails undefined-behaviour: write of 1 bytes out of the bounds
; @neighbour: fails undefined-behaviour: out of the bounds
; @null: fails undefined-behaviour: write through a null pointer
; @nowhere: fails undefined-behaviour: which points into no live object
; @one_past_the_end_is_an_address: held
; @constant_memory: fails undefined-behaviour: write to constant memory
; @function_memory: fails undefined-behaviour: out of the bounds of the function
; @aligned: held
; @misaligned: fails undefined-behaviour: not aligned to 4 bytes
; @symbolic_misaligned: fails undefined-behaviour: not aligned to 4 bytes

@constant = constant i32 7
@variable = global i32 7

declare void @"proofhouse::machine::choose_boolean"(ptr)

define i64 @index(i64 %bits) {
  %slot = alloca i8
  br label %head
head:
  %left = phi i64 [ %bits, %0 ], [ %rest, %body ]
  %value = phi i64 [ 0, %0 ], [ %next, %body ]
  %done = icmp eq i64 %left, 0
  br i1 %done, label %end, label %body
body:
  call void @"proofhouse::machine::choose_boolean"(ptr %slot)
  %byte = load i8, ptr %slot
  %bit = zext i8 %byte to i64
  %double = shl i64 %value, 1
  %next = or i64 %double, %bit
  %rest = sub i64 %left, 1
  br label %head
end:
  ret i64 %value
}

define void @constant_inside() {
  %array = alloca [8 x i8]
  %last = getelementptr inbounds i8, ptr %array, i64 7
  store i8 1, ptr %last
  ret void
}

define void @constant_behind() {
  %array = alloca [8 x i8]
  %behind = getelementptr inbounds i8, ptr %array, i64 8
  store i8 1, ptr %behind
  ret void
}

define void @constant_before() {
  %array = alloca [8 x i8]
  %before = getelementptr i8, ptr %array, i64 -1
  %value = load i8, ptr %before
  ret void
}

define void @last_bytes() {
  %array = alloca [8 x i8]
  %at = getelementptr inbounds i8, ptr %array, i64 4
  store i32 1, ptr %at, align 1
  ret void
}

define void @partly_behind() {
  %array = alloca [8 x i8]
  %at = getelementptr inbounds i8, ptr %array, i64 5
  %value = load i32, ptr %at, align 1
  ret void
}

define void @symbolic_inside() {
  %array = alloca [8 x i8]
  %index = call i64 @index(i64 3)
  %at = getelementptr inbounds i8, ptr %array, i64 %index
  store i8 1, ptr %at
  ret void
}

define void @symbolic_behind() {
  %array = alloca [7 x i8]
  %index = call i64 @index(i64 3)
  %at = getelementptr i8, ptr %array, i64 %index
  store i8 1, ptr %at
  ret void
}

; The address of one object, reached by arithmetic from another.
define void @neighbour() {
  %a = alloca i8
  %b = alloca i8
  %from = ptrtoint ptr %a to i64
  %to = ptrtoint ptr %b to i64
  %distance = sub i64 %to, %from
  %at = getelementptr i8, ptr %a, i64 %distance
  store i8 1, ptr %at
  ret void
}

define void @null() {
  store i8 1, ptr null
  ret void
}

define void @nowhere() {
  %address = inttoptr i64 4096 to ptr
  %value = load i8, ptr %address
  ret void
}

define void @one_past_the_end_is_an_address() {
  %array = alloca [8 x i8]
  %end = getelementptr inbounds i8, ptr %array, i64 8
  %is_end = icmp ne ptr %end, %array
  br i1 %is_end, label %end.block, label %never
end.block:
  ret void
never:
  unreachable
}

define void @constant_memory() {
  store i32 8, ptr @constant
  ret void
}

define void @function_memory() {
  store i8 0, ptr @index
  ret void
}

define void @aligned() {
  %value = load i32, ptr @variable, align 4
  ret void
}

define void @misaligned() {
  %array = alloca [8 x i8], align 4
  %at = getelementptr inbounds i8, ptr %array, i64 2
  store i32 1, ptr %at, align 4
  ret void
}

define void @symbolic_misaligned() {
  %array = alloca [12 x i8], align 4
  %index = call i64 @index(i64 3)
  %at = getelementptr inbounds i8, ptr %array, i64 %index
  store i32 1, ptr %at, align 4
  ret void
}
