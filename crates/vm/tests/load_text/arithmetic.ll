; Integer operations keep their promises; vectors become one instruction a lane.

define i32 @promises(i32 %a, i32 %b) {
  %sum = add nuw nsw i32 %a, %b
  %difference = sub nsw i32 %sum, 7
  %product = mul nuw i32 %difference, %a
  %quotient = udiv exact i32 %product, 3
  %signed = sdiv i32 %quotient, -1
  %rest = urem i32 %signed, %b
  %signed_rest = srem i32 %rest, %b
  %left = shl nuw i32 %signed_rest, 1
  %logical = lshr exact i32 %left, 1
  %arithmetic = ashr i32 %logical, 1
  %both = and i32 %arithmetic, %a
  %either = or disjoint i32 %both, 1
  %one = xor i32 %either, %b
  ret i32 %one
}

define <2 x i64> @lanes(<2 x i64> %a, <2 x i64> %b) {
  %sum = add <2 x i64> %a, %b
  %less = icmp ult <2 x i64> %sum, <i64 1, i64 2>
  %chosen = select <2 x i1> %less, <2 x i64> %a, <2 x i64> splat (i64 9)
  %frozen = freeze <2 x i64> %chosen
  ret <2 x i64> %frozen
}

define i1 @comparisons(i8 %a, i8 %b, ptr %p) {
  %eq = icmp eq i8 %a, %b
  %ne = icmp ne i8 %a, %b
  %ugt = icmp ugt i8 %a, %b
  %uge = icmp uge i8 %a, %b
  %ult = icmp ult i8 %a, %b
  %ule = icmp ule i8 %a, %b
  %sgt = icmp sgt i8 %a, %b
  %sge = icmp sge i8 %a, %b
  %slt = icmp slt i8 %a, %b
  %sle = icmp sle i8 %a, -128
  %null = icmp eq ptr %p, null
  ret i1 %null
}

define i128 @wide(i128 %a) {
  %sum = add i128 %a, -1
  %more = mul i128 %sum, 170141183460469231731687303715884105727
  %odd = trunc i128 %more to i77
  %back = sext i77 %odd to i128
  %small = or i128 %back, 5
  ret i128 %small
}

define i32 @undefined(i1 %c) {
  %x = select i1 %c, i32 undef, i32 poison
  ret i32 %x
}

define { i32, ptr } @aggregate_choice(i1 %c, { i32, ptr } %a) {
  %x = select i1 %c, { i32, ptr } %a, { i32, ptr } { i32 4, ptr null }
  ret { i32, ptr } %x
}
